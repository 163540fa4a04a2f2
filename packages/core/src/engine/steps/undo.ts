import { MendkitError } from '../../errors.ts'
import type { Execution } from '../../model/execution.ts'
import type { Plan, PlannedAction } from '../../model/plan.ts'
import { isStricter, type Judgement, judge } from '../decide/judge.ts'
import { previewAction } from '../decide/plan-action.ts'
import { describeFailure } from '../failure.ts'
import { stillMatches, undoEffect } from '../journal/effect.ts'
import { type Ending, endExecutions } from '../journal/end.ts'
import { intend, intendAgain } from '../journal/intend.ts'
import { escalateUndo, outcomeOf } from '../journal/outcome.ts'
import { send } from '../journal/send.ts'
import { whyUndone } from '../journal/why-undone.ts'
import type { Parts } from '../parts.ts'
import { blocked, unblocked } from './blocked.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo, untilInReach, waitFor, whilePaused } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/**
 * Undoes what a plan did, backwards, one effect a step: only to the recorded state before, and only while the object is
 * still as the effect left it. Otherwise a person is called.
 */
export async function undo(parts: Parts, view: StepView, plan: Plan): Promise<StepResult> {
  if (view.holder.on) return escalateUndo(parts, view)
  if (view.pause.on) return whilePaused(parts, view)
  const undos = view.unfinished.filter((each) => each.undoes !== undefined)
  const originals = view.unfinished.filter((each) => each.undoes === undefined).toSorted((a, b) => b.index - a.index)
  const postponed = undos.find((each) => each.resendAt !== undefined)
  if (postponed?.resendAt !== undefined && view.now < postponed.resendAt) {
    return waitFor(view, 'execution', postponed.resendAt)
  }
  const next = originals.find((each) =>
    postponed === undefined ? !undos.some((one) => one.undoes === each.id) : each.id === postponed.undoes,
  )
  if (next === undefined) return undone(parts, view)
  const promised = plan.actions[next.index]
  if (promised === undefined || !promised.reversible) return escalateUndo(parts, view)
  const effect = undoEffect(parts, view, plan, next, promised, postponed)
  try {
    const { planned } = await previewAction(parts, view, effect.slot)
    if (!stillMatches(effect, planned)) return escalateUndo(parts, view)
    const judgement = await judgeUndo(parts, view, plan, next, planned)
    if (isStricter(judgement.decision, 'approved')) return escalateUndo(parts, view)
    const { intentsSeen } = judgement
    const intended =
      postponed === undefined
        ? await intend(parts, view, effect, planned, {
            measuresBefore: [],
            restsOn: judgement.restsOn,
            ...(intentsSeen !== undefined && { intentsSeen }),
          })
        : await intendAgain(parts, view, postponed, planned.guard, judgement.restsOn)
    if (intended.kind === 'refused') {
      parts.metrics.count('mendkit_intents_refused_total', { action: planned.type })
      return await blocked(parts, view, effect, postponed ?? planned, postponed)
    }
    const sent = await send(parts, view, effect, intended, judgement.restsOn)
    return joinResults(unblocked, await outcomeOf(parts, view, plan, sent))
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    if (MendkitError.is(error, 'conflict')) throw error
    const failure = describeFailure(`the undo of execution ${next.id} could not be previewed`, error)
    parts.log.warn(failure)
    const waiting = MendkitError.is(error, 'unavailable') ? untilInReach(parts, view) : undefined
    return waiting ?? escalateUndo(parts, view, [], failure)
  }
}

/** The way back is judged like the way there, but for what makes it the way back: the object is as the effect left it. */
function judgeUndo(
  parts: Parts,
  view: StepView,
  { proposedBy, cause, decision: { autonomy: doneUnder } }: Plan,
  { id }: Execution,
  planned: PlannedAction,
): Promise<Judgement> {
  const actions = [{ ...planned, alreadySo: false }]
  return judge(parts, view, { cause, actions, doneUnder, undoes: id, ...(proposedBy !== undefined && { proposedBy }) })
}

async function undone(parts: Parts, view: StepView): Promise<StepResult> {
  const endings = view.unfinished.map(
    (execution): Ending => ({ execution, state: execution.undoes === undefined ? 'undone' : 'succeeded' }),
  )
  const ended = await endExecutions(parts, view, endings)
  const notice = noticeOf(parts, view, 'page', {
    matter: 'undone',
    to: 'escalated',
    reason: 'undone',
    actions: view.unfinished.filter((execution) => execution.undoes === undefined),
    because: whyUndone(view.incident),
  })
  const moved = moveTo(parts, view, 'escalated', { reason: 'undone', next: { undoing: undefined } })
  return joinResults(joinResults(ended, notice), moved)
}
