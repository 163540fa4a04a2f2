import { MendkitError } from '../../errors.ts'
import type { Approval } from '../../model/approval.ts'
import type { Execution } from '../../model/execution.ts'
import type { Plan, PlannedAction } from '../../model/plan.ts'
import type { VoidReason } from '../../model/reasons.ts'
import { asksForMore } from '../decide/asks-for-more.ts'
import { citedFactsNow, currentDiagnosis, unseenSymptoms } from '../decide/facts.ts'
import { isStricter, type Judgement, judge } from '../decide/judge.ts'
import { changedRecently, cooldownDoubt, planDigest } from '../decide/make-plan.ts'
import { previewAction } from '../decide/plan-action.ts'
import { describeFailure } from '../failure.ts'
import { type Effect, planEffect, stillMatches } from '../journal/effect.ts'
import { type Intended, intend, intendAgain } from '../journal/intend.ts'
import { noEffectResult, outcomeOf } from '../journal/outcome.ts'
import { send } from '../journal/send.ts'
import type { Parts } from '../parts.ts'
import { beginVerifying } from '../verify/begin.ts'
import { measure } from '../verify/measure.ts'
import { backToDeciding } from './back-to-deciding.ts'
import { blocked, unblocked } from './blocked.ts'
import { joinResults, untilInReach, waitFor, whilePaused } from './result.ts'
import { undo } from './undo.ts'
import type { StepResult, StepView } from './view.ts'

/** Carries out the next action of the plan: fresh look, fresh judgement, durable intent, one conditional call. */
export async function remediate(parts: Parts, view: StepView): Promise<StepResult> {
  const { tenant, planId } = view.incident
  const plan = planId === undefined ? undefined : await parts.store.get('plan', tenant, planId, view.ctx)
  if (plan === undefined) return backToDeciding(parts, view, 'approval-gone')
  if (view.incident.undoing !== undefined) return undo(parts, view, plan)
  const begun = view.unfinished.filter((each) => each.planId === plan.id && each.undoes === undefined)
  const postponed = begun.find((each) => each.resendAt !== undefined)
  const index = postponed?.index ?? begun.length
  const promised = plan.actions[index]
  if (promised === undefined) return beginVerifying(parts, view)
  const next: Next = { effect: planEffect(parts, plan, index, promised), ...(postponed && { postponed }) }
  if (view.holder.on && begun.length > 0 && postponed === undefined) return { next: { deadlines: {} } }
  if (view.holder.on) return stop(parts, view, next, 'taken-over')
  if (view.pause.on) return whilePaused(parts, view)
  if (postponed?.resendAt !== undefined && view.now < postponed.resendAt) {
    return waitFor(view, 'execution', postponed.resendAt)
  }
  const changed = index === 0 ? await whyVoid(parts, view) : undefined
  if (changed === 'facts-unread') return untilInReach(parts, view) ?? stop(parts, view, next, 'preview-failed')
  if (changed !== undefined) return stop(parts, view, next, changed)
  return act(parts, view, next)
}

/** What is to be done next: a new effect, or one that was postponed and is to be sent again. */
interface Next {
  readonly effect: Effect
  readonly postponed?: Execution
}

async function whyVoid(parts: Parts, view: StepView): Promise<VoidReason | 'facts-unread' | undefined> {
  if (view.firing === 0) return 'all-suppressed'
  if ((await unseenSymptoms(parts, view)).length > 0) return 'facts-changed'
  const diagnosis = await currentDiagnosis(parts, view)
  if (diagnosis === undefined) return 'facts-changed'
  const facts = await citedFactsNow(parts, view, diagnosis)
  if (facts.kind === 'unknown') return 'facts-unread'
  return facts.kind === 'changed' ? 'facts-changed' : undefined
}

async function act(parts: Parts, view: StepView, next: Next): Promise<StepResult> {
  const { effect, postponed } = next
  const fresh = await freshPreview(parts, view, effect)
  if (fresh === 'out-of-reach') return untilInReach(parts, view) ?? stop(parts, view, next, 'preview-failed')
  if (fresh === 'gone') return stop(parts, view, next, 'preview-failed')
  const actions = effect.plan.actions.with(effect.index, fresh)
  const same = stillMatches(effect, fresh) && planDigest(parts, { ...effect.plan, actions }) === effect.plan.digest
  if (!same) return stop(parts, view, next, 'target-changed')
  const approval = await grantedApproval(parts, view, effect.plan)
  const { proposedBy, cause } = effect.plan
  const judgement = await judge(parts, view, { cause, actions, ...(proposedBy !== undefined && { proposedBy }) })
  if (isStricter(judgement.decision, approval === undefined && !wasApproved(effect.plan) ? 'allowed' : 'approved')) {
    return stop(parts, view, next, 'policies-stricter')
  }
  if (await asksForMore(parts, view, { ...effect.plan, actions, decision: judgement.decision }))
    return stop(parts, view, next, 'policies-stricter')
  if (wasApproved(effect.plan) && effect.index === 0) {
    const stands = postponed === undefined ? approval !== undefined : await isStillInTime(parts, view)
    if (!stands) return stop(parts, view, next, 'approval-gone')
  }
  const { intentsSeen, restsOn } = judgement
  const intended = await intendNext(parts, view, next, fresh, {
    restsOn,
    ...(approval && { approval }),
    ...(intentsSeen !== undefined && { intentsSeen }),
  })
  if (intended.kind === 'refused') {
    parts.metrics.count('mendkit_intents_refused_total', { action: fresh.type })
    return blocked(parts, view, effect, postponed ?? fresh, postponed)
  }
  const sent = await send(parts, view, effect, intended, restsOn)
  return joinResults(unblocked, await outcomeOf(parts, view, effect.plan, sent))
}

/** An execution that is sent again has its measures and its approval from its first intent. */
async function intendNext(
  parts: Parts,
  view: StepView,
  { effect, postponed }: Next,
  fresh: PlannedAction,
  rests: Pick<Judgement, 'intentsSeen' | 'restsOn'> & { readonly approval?: Approval },
): Promise<Intended> {
  if (postponed !== undefined) return intendAgain(parts, view, postponed, fresh.guard, rests.restsOn)
  const measuresBefore = await measure(parts, view, fresh.target)
  return intend(parts, view, effect, fresh, { measuresBefore, ...rests })
}

/** A plan that cannot go on: void when nothing was done yet, else what was done is verified as it stands. */
function stop(parts: Parts, view: StepView, { effect, postponed }: Next, because: VoidReason): Promise<StepResult> {
  if (postponed !== undefined) return noEffectResult(parts, view, postponed, because)
  return effect.index === 0 ? backToDeciding(parts, view, because) : beginVerifying(parts, view)
}

function wasApproved(plan: Plan): boolean {
  return plan.decision.kind === 'ask'
}

async function grantedApproval(parts: Parts, view: StepView, plan: Plan): Promise<Approval | undefined> {
  const { tenant, approvalId } = view.incident
  if (approvalId === undefined) return undefined
  const approval = await parts.store.get('approval', tenant, approvalId, view.ctx)
  return approval?.state === 'granted' && approval.digest === plan.digest && view.now < approval.expiresAt
    ? approval
    : undefined
}

/** Whether the approval under which an execution began may still be acted on: sending again later uses it no longer than that. */
async function isStillInTime(parts: Parts, view: StepView): Promise<boolean> {
  const { tenant, approvalId } = view.incident
  if (approvalId === undefined) return false
  const approval = await parts.store.get('approval', tenant, approvalId, view.ctx)
  return approval !== undefined && view.now < approval.expiresAt
}

async function freshPreview(
  parts: Parts,
  view: StepView,
  effect: Effect,
): Promise<PlannedAction | 'out-of-reach' | 'gone'> {
  try {
    const { planned } = await previewAction(parts, view, effect.slot)
    const recent = (await changedRecently(parts, view, planned)) ? [cooldownDoubt] : []
    return { ...planned, doubts: [...new Set([...planned.doubts, ...effect.promised.doubts, ...recent])] }
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`${effect.slot.type} could not be previewed again`, error))
    return MendkitError.is(error, 'unavailable') ? 'out-of-reach' : 'gone'
  }
}
