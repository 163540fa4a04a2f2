import type { Approval } from '../../model/approval.ts'
import type { Command } from '../../model/command.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import type { JoinedBlob, MendkitEvent } from '../../model/event.ts'
import type { Citation, Evidence } from '../../model/evidence.ts'
import type { Execution } from '../../model/execution.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Plan, PlannedAction } from '../../model/plan.ts'
import { redactJson } from '../../redact/redact-json.ts'
import type {
  TimelineAction,
  TimelineApproval,
  TimelineCitation,
  TimelineCommand,
  TimelineDiagnosis,
  TimelineExecution,
  TimelinePlan,
} from './shape.ts'

/** What rows point at. */
export interface Joins {
  readonly text: (digest: string) => JoinedBlob
  readonly evidence: ReadonlyMap<string, Evidence>
  readonly approvals: readonly Approval[]
  readonly events: readonly MendkitEvent[]
}

/** A diagnosis with summaries and cited facts in place of digests and indexes. */
export function timelineDiagnosis(diagnosis: Diagnosis, joins: Joins): TimelineDiagnosis {
  return {
    id: diagnosis.id,
    at: iso(diagnosis.at),
    analyzer: diagnosis.analyzer,
    handOver: diagnosis.handOver,
    hypotheses: diagnosis.hypotheses.map(
      ({ cause, rootCause, confidence, summary, mechanism, disproof, citations }) => ({
        cause,
        confidence,
        summary: joins.text(summary),
        ...(mechanism !== undefined && { mechanism: joins.text(mechanism) }),
        ...(disproof !== undefined && { disproof: joins.text(disproof) }),
        citations: citations.map((citation) => cited(citation, joins)),
        ...(rootCause && { rootCause }),
      }),
    ),
    actions: diagnosis.actions.map((action) => action.type),
    ...(diagnosis.unknowns !== undefined && { unknowns: joins.text(diagnosis.unknowns) }),
    ...(diagnosis.partial !== undefined && { partial: diagnosis.partial }),
    ...(diagnosis.suspicious !== undefined && {
      suspicious: diagnosis.suspicious.map((evidenceId) => cited({ evidenceId }, joins)),
    }),
    ...(diagnosis.spending && { spending: diagnosis.spending }),
  }
}

/** A plan with its differences and the answers that it got. */
export function timelinePlan(plan: Plan, joins: Joins): TimelinePlan {
  return {
    id: plan.id,
    at: iso(plan.at),
    diagnosisId: plan.diagnosisId,
    digest: plan.digest,
    actions: plan.actions.map((action) => timelineAction(action, joins)),
    decision: plan.decision,
    approvals: joins.approvals.filter(({ planId }) => planId === plan.id).map((each) => timelineApproval(each, joins)),
  }
}

/** An execution with its last verdict and the reason of its failure. */
export function timelineExecution(execution: Execution, joins: Joins): TimelineExecution {
  const { id, planId, type, target, risk, state, sends, undoes, intentAt, observedAt, gone, failure } = execution
  const verified = joins.events.findLast((event) => event.type === 'execution-verified' && event.data.execution === id)
  return {
    id,
    planId,
    type,
    target,
    risk,
    state,
    sends,
    intendedAt: iso(intentAt),
    ...(undoes !== undefined && { undoes }),
    ...(observedAt !== undefined && { observedAt: iso(observedAt) }),
    ...(gone && { gone }),
    ...(failure !== undefined && { failure: joins.text(failure) }),
    ...(verified?.type === 'execution-verified' && {
      verification: { at: verified.at, verdict: verified.data.verdict, checks: verified.data.checks },
    }),
  }
}

/** A command with the person's words. */
export function timelineCommand(command: Command, joins: Joins): TimelineCommand {
  const { id, state, by, at, body, because } = command
  const answers = 'approvalId' in body ? { answers: body.approvalId } : {}
  const words = because === undefined ? {} : { because: joins.text(because) }
  return { id, state, by, at: iso(at), kind: body.kind, ...answers, ...words }
}

function timelineApproval(approval: Approval, joins: Joins): TimelineApproval {
  const answers = approval.answers.map(({ because, ...answer }) => ({
    ...answer,
    ...(because !== undefined && { because: joins.text(because) }),
  }))
  return { ...approval, answers }
}

function timelineAction(action: PlannedAction, joins: Joins): TimelineAction {
  const { executionId, type, params, target, risk, dryRun, blastRadius, doubts, managedBy, refused, diff } = action
  return {
    executionId,
    type,
    // The same shape: only texts and numbers within it change.
    params: redactJson(params) as JsonObject,
    target,
    risk,
    dryRun,
    blastRadius,
    doubts,
    managedBy,
    ...(refused !== undefined && { refused }),
    ...(diff !== undefined && { diff: joins.text(diff) }),
  }
}

function cited({ evidenceId, fact: index }: Citation, joins: Joins): TimelineCitation {
  const evidence = joins.evidence.get(evidenceId)
  if (evidence === undefined) return { evidenceId }
  const fact = index === undefined ? undefined : evidence.facts[index]
  return { evidenceId, tool: evidence.tool, readAt: iso(evidence.collectedAt), ...(fact && { fact }) }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
