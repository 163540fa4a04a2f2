import { MendkitError } from '../../errors.ts'
import type { Execution } from '../../model/execution.ts'
import { message } from '../../redact/message.ts'
import { withTimeout } from '../call.ts'
import { actionOf } from '../decide/plan-action.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { whilePaused } from '../steps/result.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { effectInput } from './effect.ts'
import { heldBack } from './held-back.ts'
import { inTime, isLate } from './in-time.ts'
import { intendPart } from './intend.ts'
import { underWayResult } from './outcome.ts'
import { definite, longestPauseMs } from './send.ts'

/** What came of the next part: a step's result, or that the other side refused it for good. */
export type Resumed =
  | { readonly kind: 'result'; readonly result: StepResult }
  | { readonly kind: 'failed'; readonly execution: Execution }

/** Whether an effect that is under way is still to be brought to its end. */
export function mayGoOn(parts: Parts, view: StepView, execution: Execution): boolean {
  const { phase, undoing } = view.incident
  const { resumeForMs, maxParts } = parts.settings.execution
  const isWithin = view.now < execution.intentAt + resumeForMs && execution.sends < maxParts
  return phase === 'remediating' && undoing === undefined && isWithin
}

/**
 * Whether nothing of an effect that is seen as under way can still be on its way: the call of its last part has ended, or
 * the one change of its first is what is seen.
 */
export function isOver({ state, reads }: Execution): boolean {
  return state === 'unknown' && reads === 0
}

/**
 * Does the next part of an effect that is under way, behind an intent of its own: not while the kill switch is on or a person
 * has taken over, and it goes on when they are done. Throws `conflict` when the lease or the lock is lost.
 */
export async function resumeEffect(parts: Parts, view: StepView, execution: Execution): Promise<Resumed> {
  if (view.holder.on) return { kind: 'result', result: { next: { deadlines: {} } } }
  if (view.pause.on) return { kind: 'result', result: whilePaused(parts, view) }
  if (isLate(parts, view)) return { kind: 'result', result: { dueAt: 'now' } }
  const intended = await intendPart(parts, view, execution)
  if (intended.kind === 'refused') {
    throw new MendkitError('conflict', message`execution ${execution.id} does not go on: ${intended.because}`)
  }
  const held = await heldBack(parts, view, intended)
  if (held.kind !== 'no' || isLate(parts, view)) {
    if (held.kind === 'unanchored')
      parts.log.warn(message`execution ${execution.id} does not go on yet: ${held.because}`)
    const { readEveryMs } = parts.settings.execution
    return { kind: 'result', result: underWayResult(parts, view, intended.execution, readEveryMs) }
  }
  return callPart(parts, view, intended.execution)
}

async function callPart(parts: Parts, view: StepView, execution: Execution): Promise<Resumed> {
  const { callTimeoutMs, readEveryMs } = parts.settings.execution
  const action = actionOf(parts, execution.type)
  const limit = { what: `${execution.type} (next part of execution ${execution.id})`, ms: callTimeoutMs }
  try {
    await withTimeout(parts, limit, inTime(parts, view), async (ctx) =>
      action.resume?.(effectInput(view, execution), ctx),
    )
    return { kind: 'result', result: underWayResult(parts, view, execution, 0) }
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`${limit.what} did not go through`, error))
    // It stays an intent: the part may still be under way, and is fenced before another begins.
    if (!MendkitError.is(error)) return unclear(view, readEveryMs)
    if (definite.includes(error.code)) return { kind: 'failed', execution }
    const isNone = error.code === 'conflict' || (error.code === 'unavailable' && error.effect === 'none')
    if (!isNone) return unclear(view, readEveryMs)
    const afterMs = Math.min(error.retryAfterMs ?? readEveryMs, longestPauseMs)
    return { kind: 'result', result: underWayResult(parts, view, execution, afterMs) }
  }
}

function unclear(view: StepView, afterMs: number): Resumed {
  return { kind: 'result', result: { next: { hadEffect: true, deadlines: { execution: view.now + afterMs } } } }
}
