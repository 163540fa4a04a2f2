import { type ErrorCode, MendkitError } from '../../errors.ts'
import type { Expectation } from '../../model/change.ts'
import type { Execution } from '../../model/execution.ts'
import type { Json } from '../../model/json.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Observation } from '../../ports/observation.ts'
import { message } from '../../redact/message.ts'
import { understandObservation } from '../answers/observation.ts'
import { callPort, withTimeout } from '../call.ts'
import { previewAction } from '../decide/plan-action.ts'
import { sameJson } from '../digest.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { announce } from './announce.ts'
import { type Effect, effectInput, stillMatches } from './effect.ts'
import { heldBack } from './held-back.ts'
import { inTime, isLate } from './in-time.ts'
import { type DurableIntent, intendAgain } from './intend.ts'

/** How a call ended, as far as can be told. */
export type Sent =
  | { readonly kind: 'applied'; readonly execution: Execution }
  /** Definitely nothing happened, and the world is no longer what was promised. */
  | { readonly kind: 'void'; readonly execution: Execution }
  /** Definitely nothing happened, and the same may work after `afterMs`. */
  | { readonly kind: 'postponed'; readonly execution: Execution; readonly afterMs: number }
  /** Definitely nothing happened, and it never would. */
  | { readonly kind: 'failed'; readonly execution: Execution; readonly error: unknown }
  /** A part of it was done, and the rest is to be done part by part. */
  | { readonly kind: 'under-way'; readonly execution: Execution }
  /** Definitely nothing happened: its intent could not be anchored in time. */
  | { readonly kind: 'unanchored'; readonly execution: Execution; readonly because: Redacted }
  /** It may have happened: read the world, never send blindly again. */
  | { readonly kind: 'unknown'; readonly execution: Execution }

/** Answers with which the other side says that it understood and did nothing. */
export const definite: readonly ErrorCode[] = ['rejected', 'invalid', 'forbidden', 'unsupported', 'not-found', 'config']

/** Whoever wants to be left alone for longer gets a new plan by then. */
export const longestPauseMs = 600_000

/**
 * Calls an effect whose intent is durable. A refused guard is read again and sent again under a fresh one, each time
 * behind a new intent, as long as the world still is what was promised. What cannot be sent now is postponed. Throws `conflict` when the lease is lost.
 */
export async function send(
  parts: Parts,
  view: StepView,
  effect: Effect,
  first: DurableIntent,
  restsOn: readonly Expectation[],
): Promise<Sent> {
  const { maxSends, readEveryMs } = parts.settings.execution
  for (let intent = first; ; ) {
    const { execution } = intent
    const held = await heldBack(parts, view, intent)
    if (held.kind === 'unanchored') return { kind: 'unanchored', execution, because: held.because }
    if (held.kind === 'switched') return postponed(execution, maxSends, readEveryMs)
    if (isLate(parts, view)) return postponed(execution, maxSends, readEveryMs)
    const refusal = await call(parts, view, effect, execution)
    if (refusal === undefined) return observed(parts, view, effect, execution)
    if (refusal.kind === 'not-now') return postponed(execution, maxSends, refusal.afterMs ?? readEveryMs)
    if (refusal.kind !== 'conflict') return { ...refusal, execution }
    const fresh = await freshGuard(parts, view, effect, execution)
    if (fresh.kind === 'unknown') return { kind: 'unknown', execution }
    if (fresh.kind === 'void' || execution.sends >= maxSends) return { kind: 'void', execution }
    if (sameJson(fresh.guard, execution.guard)) return { kind: 'failed', execution, error: refusal.error }
    const again = await intendAgain(parts, view, execution, fresh.guard, restsOn)
    if (again.kind === 'refused') {
      throw new MendkitError('conflict', message`execution ${execution.id} is not sent again: ${again.because}`)
    }
    intent = again
  }
}

/** What the world shows about an execution, which may have been fenced right before; `unknown` when it cannot be read now. */
export async function observe(
  parts: Parts,
  view: StepView,
  effect: Pick<Effect, 'action'>,
  execution: Execution,
  fenced: boolean = false,
): Promise<Observation> {
  const what = `observation of execution ${execution.id}`
  try {
    const seen = await callPort(parts, what, view.ctx, (ctx) =>
      effect.action.observe(effectInput(view, execution, fenced), ctx),
    )
    const understood = understandObservation(what, seen)
    // Nobody could do the rest.
    return understood === 'under-way' && effect.action.resume === undefined ? 'unknown' : understood
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`${what} failed`, error))
    return 'unknown'
  }
}

function postponed(execution: Execution, maxSends: number, afterMs: number): Sent {
  const isOver = execution.sends >= maxSends || afterMs > longestPauseMs
  return isOver ? { kind: 'void', execution } : { kind: 'postponed', execution, afterMs }
}

type Refusal =
  | { kind: 'conflict'; error: unknown }
  | { kind: 'failed'; error: unknown }
  | { kind: 'not-now'; afterMs: number | undefined }
  | { kind: 'unknown' }

async function call(parts: Parts, view: StepView, effect: Effect, execution: Execution): Promise<Refusal | undefined> {
  const limit = { what: `${execution.type} (execution ${execution.id})`, ms: parts.settings.execution.callTimeoutMs }
  try {
    await withTimeout(parts, limit, inTime(parts, view), (ctx) =>
      effect.action.execute(effectInput(view, execution), ctx),
    )
    return undefined
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`${limit.what} did not go through`, error))
    if (MendkitError.is(error, 'conflict')) return { kind: 'conflict', error }
    if (MendkitError.is(error) && definite.includes(error.code)) return { kind: 'failed', error }
    if (MendkitError.is(error, 'unavailable') && error.effect === 'none') {
      return { kind: 'not-now', afterMs: error.retryAfterMs }
    }
    return { kind: 'unknown' }
  }
}

async function observed(parts: Parts, view: StepView, effect: Effect, execution: Execution): Promise<Sent> {
  const observation = await observe(parts, view, effect, execution)
  if (observation === 'under-way') return { kind: 'under-way', execution }
  // The reply said that it was done. A target that is gone by now does not speak against that.
  if (observation !== 'applied' && observation !== 'gone') return { kind: 'unknown', execution }
  await announce(parts, view, effect.action, execution)
  return { kind: 'applied', execution }
}

type FreshGuard = { kind: 'fresh'; guard: Json } | { kind: 'void' } | { kind: 'unknown' }

async function freshGuard(parts: Parts, view: StepView, effect: Effect, execution: Execution): Promise<FreshGuard> {
  try {
    const { planned } = await previewAction(parts, view, effect.slot)
    // What would be refused by now is not sent again, unless nothing has changed: then the refusal is of the content.
    const refused = planned.refused !== undefined && !sameJson(planned.guard, execution.guard)
    return stillMatches(effect, planned) && !refused ? { kind: 'fresh', guard: planned.guard } : { kind: 'void' }
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`the target of execution ${execution.id} could not be read again`, error))
    return MendkitError.is(error, 'unavailable') ? { kind: 'unknown' } : { kind: 'void' }
  }
}
