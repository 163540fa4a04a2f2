import { MendkitError } from '../../errors.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import type { Incident } from '../../model/incident.ts'
import type { Plan } from '../../model/plan.ts'
import { withoutLabels } from '../../model/resource.ts'
import { citedFactsNow, currentDiagnosis, unseenSymptoms } from '../decide/facts.ts'
import { type MadePlan, makePlan } from '../decide/make-plan.ts'
import { diagnosisBudget } from '../diagnose/budget.ts'
import { draft } from '../draft.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { askForApproval } from './ask.ts'
import { handOver } from './hand-over.ts'
import { noticeOf } from './notice.ts'
import type { NoticeFacts } from './notice-body.ts'
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
  if (facts.kind === 'unknown') return tryAgain(parts, view, diagnosis, { what: 'facts', because: facts.because })
  const made = await planOrFailure(parts, view, diagnosis)
  return 'plan' in made ? decided(parts, view, made) : made
}

async function planOrFailure(parts: Parts, view: StepView, diagnosis: Diagnosis): Promise<MadePlan | StepResult> {
  try {
    return await makePlan(parts, view, diagnosis)
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    const because = describeFailure(`no plan could be made for incident ${view.incident.id}`, error)
    parts.log.warn(because)
    if (MendkitError.is(error, 'unavailable')) return tryAgain(parts, view, diagnosis, { what: 'preview', because })
    return handOver(parts, view, 'preview-failed', { actions: proposals(view, diagnosis), failure: because })
  }
}

async function decided(parts: Parts, view: StepView, made: MadePlan): Promise<StepResult> {
  const { plan } = made
  const planned: StepResult = {
    put: [...made.put, { kind: 'document', table: 'plan', row: plan }],
    audit: planEntries(parts, view.incident, plan),
    // What a newer plan took the place of is judged no more.
    next: { planId: plan.id, unjudged: undefined },
  }
  if (view.incident.rejectedPlans.includes(plan.intentDigest))
    return joinResults(planned, handOver(parts, view, 'rejected', plan))
  if ((view.incident.voids[plan.intentDigest] ?? 0) >= parts.settings.execution.maxVoids) {
    return joinResults(planned, handOver(parts, view, 'void-too-often', plan))
  }
  switch (plan.decision.kind) {
    case 'deny':
      return joinResults(planned, handOver(parts, view, 'denied', { ...plan, because: denials(plan) }))
    case 'suggest':
      return joinResults(
        planned,
        joinResults(
          noticeOf(parts, view, 'info', { matter: `suggested-${plan.id}`, to: 'suggested', actions: plan.actions }),
          moveTo(parts, view, 'suggested'),
        ),
      )
    case 'ask':
      return joinResults(planned, await askForApproval(parts, view, made))
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
  const { kind, policyVersion, voices, approvers } = plan.decision
  return [
    draft(parts, 'plan-made', subject, { plan: plan.id, digest: plan.digest, actions }, { blobs }),
    draft(parts, 'plan-decided', subject, {
      plan: plan.id,
      kind,
      policyVersion,
      voices: voices.map((voice) => ({ policy: voice.policy, kind: voice.kind })),
      approvers,
    }),
  ]
}

function rediagnose(parts: Parts, view: StepView): StepResult {
  const budget = diagnosisBudget(parts, view)
  if (budget.kind === 'spent') return handOver(parts, view, 'diagnosed-too-often')
  if (budget.kind === 'wait') return waitFor(view, 'diagnose', budget.until)
  return moveTo(parts, view, 'diagnosing')
}

function tryAgain(
  parts: Parts,
  view: StepView,
  diagnosis: Diagnosis,
  { what, because }: { readonly what: 'facts' | 'preview'; readonly because: string },
): StepResult {
  parts.metrics.count('mendkit_decide_retries_total', { because: what })
  const facts = { actions: proposals(view, diagnosis), failure: because }
  return untilInReach(parts, view) ?? handOver(parts, view, 'preview-out-of-reach', facts)
}

function proposals(view: StepView, diagnosis: Diagnosis): NonNullable<NoticeFacts['actions']> {
  return diagnosis.actions.map(({ type, target }) => ({ type, target: target ?? view.incident.resource }))
}

function denials({ decision }: Plan): string | undefined {
  const denied = decision.voices.filter((voice) => voice.kind === 'deny')
  return denied.length === 0 ? undefined : denied.map(({ policy, because }) => `${policy}: ${because}`).join('; ')
}
