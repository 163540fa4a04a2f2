import { MendkitError } from '../../errors.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import type { Incident, IncidentReason } from '../../model/incident.ts'
import type { Plan } from '../../model/plan.ts'
import { withoutLabels } from '../../model/resource.ts'
import { citedFactsNow, currentDiagnosis, unseenSymptoms } from '../decide/facts.ts'
import { type MadePlan, makePlan } from '../decide/make-plan.ts'
import { diagnosisBudget } from '../diagnose/budget.ts'
import { draft } from '../draft.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { askForApproval } from './ask.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo, untilInReach, waitFor } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Turns a diagnosis into a previewed plan and a decision, after checking that the facts still stand. */
export async function decide(parts: Parts, view: StepView): Promise<StepResult> {
  if (view.holder.on) return { next: { deadlines: {} } }
  if (view.firing === 0) return { next: { deadlines: {} } }
  const diagnosis = await currentDiagnosis(parts, view)
  if (diagnosis === undefined) return rediagnose(parts, view)
  if ((await unseenSymptoms(parts, view)).length > 0) return rediagnose(parts, view)
  const facts = await citedFactsNow(parts, view, diagnosis)
  if (facts.kind === 'changed') return rediagnose(parts, view)
  if (facts.kind === 'unknown') return tryAgain(parts, view, 'facts')
  const made = await planOrFailure(parts, view, diagnosis)
  return 'plan' in made ? decided(parts, view, made) : made
}

async function planOrFailure(parts: Parts, view: StepView, diagnosis: Diagnosis): Promise<MadePlan | StepResult> {
  try {
    return await makePlan(parts, view, diagnosis)
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`no plan could be made for incident ${view.incident.id}`, error))
    if (MendkitError.is(error, 'unavailable')) return tryAgain(parts, view, 'preview')
    return handOver(parts, view, 'preview-failed')
  }
}

function decided(parts: Parts, view: StepView, made: MadePlan): StepResult {
  const { plan } = made
  const planned: StepResult = {
    put: [...made.put, { kind: 'document', table: 'plan', row: plan }],
    audit: planEntries(parts, view.incident, plan),
    next: { planId: plan.id },
  }
  if (view.incident.rejectedPlans.includes(plan.intentDigest))
    return joinResults(planned, handOver(parts, view, 'rejected'))
  if ((view.incident.voids[plan.intentDigest] ?? 0) >= parts.settings.execution.maxVoids) {
    return joinResults(planned, handOver(parts, view, 'void-too-often'))
  }
  switch (plan.decision.kind) {
    case 'deny':
      return joinResults(planned, handOver(parts, view, 'denied'))
    case 'suggest':
      return joinResults(
        planned,
        joinResults(noticeOf(parts, view, 'info', `suggested-${plan.id}`), moveTo(parts, view, 'suggested')),
      )
    case 'ask':
      return joinResults(planned, askForApproval(parts, view, plan))
    case 'allow':
      return joinResults(planned, moveTo(parts, view, 'remediating'))
  }
}

function planEntries(parts: Parts, incident: Incident, plan: Plan) {
  const subject = { kind: 'incident', id: incident.id } as const
  const blobs = Object.fromEntries(plan.actions.flatMap(({ diff }, index) => (diff ? [[`diff-${index}`, diff]] : [])))
  const actions = plan.actions.map(({ executionId, type, target, risk, dryRun, refused }) => ({
    execution: executionId,
    type,
    target: withoutLabels(target),
    risk,
    dryRun,
    refused: refused !== undefined,
  }))
  const { kind, voices, approvers } = plan.decision
  return [
    draft(parts, 'plan-made', subject, { plan: plan.id, digest: plan.digest, actions }, { blobs }),
    draft(parts, 'plan-decided', subject, {
      plan: plan.id,
      kind,
      voices: voices.map((voice) => ({ policy: voice.policy, kind: voice.kind })),
      approvers: [...approvers],
    }),
  ]
}

function rediagnose(parts: Parts, view: StepView): StepResult {
  const budget = diagnosisBudget(parts, view)
  if (budget.kind === 'spent') return handOver(parts, view, 'diagnosed-too-often')
  if (budget.kind === 'wait') return waitFor(view, 'diagnose', budget.until)
  return moveTo(parts, view, 'diagnosing')
}

function tryAgain(parts: Parts, view: StepView, because: 'preview' | 'facts'): StepResult {
  parts.metrics.count('mendkit_decide_retries_total', { because })
  return untilInReach(parts, view) ?? handOver(parts, view, 'preview-out-of-reach')
}

function handOver(parts: Parts, view: StepView, reason: IncidentReason): StepResult {
  return joinResults(
    noticeOf(parts, view, 'info', `handed-over-${reason}`),
    moveTo(parts, view, 'handed-over', { reason }),
  )
}
