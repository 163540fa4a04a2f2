import { MendkitError } from '../errors.ts'
import type { CallContext } from '../ports/context.ts'
import { noLongerNeeded } from './no-longer-needed.ts'
import type { Parts } from './parts.ts'
import { noTelemetry } from './telemetry/telemetry.ts'

/** How long a call may take, and what to call it when it takes longer. */
export interface CallLimit {
  /** Identifiers only, such as `check kubernetes.workload-health`: it goes into errors and spans. */
  readonly what: string
  /** Milliseconds on the host's clock. */
  readonly ms: number
}

/** Makes one call to a port, as `withTimeout` with `settings.engine.portTimeoutMs`. */
export function callPort<Result>(
  parts: Pick<Parts, 'clock' | 'settings' | 'telemetry'>,
  what: string,
  ctx: CallContext,
  run: (ctx: CallContext) => Promise<Result>,
): Promise<Result> {
  return withTimeout(parts, { what, ms: parts.settings.engine.portTimeoutMs }, ctx, run)
}

/**
 * Makes one call under a time limit and inside a span. The call gets a signal that aborts with the caller's own, or when
 * time is up; a call that does not listen is left behind, and whatever it answers later is dropped. Rejects with the
 * caller's abort reason, unwrapped, when the caller gave up; with `unavailable` when time ran out (what was asked for may
 * still have happened); else with whatever the call threw. An answer that arrived first always counts.
 */
export async function withTimeout<Result>(
  parts: Pick<Parts, 'clock' | 'telemetry'>,
  limit: CallLimit,
  ctx: CallContext,
  run: (ctx: CallContext) => Promise<Result>,
): Promise<Result> {
  ctx.signal.throwIfAborted()
  const span = { name: 'mendkit call', attributes: { 'mendkit.call': limit.what }, signal: ctx.signal }
  return (parts.telemetry ?? noTelemetry).span(span, (trace) =>
    race(parts, limit, trace === undefined ? ctx : { ...ctx, trace }, run),
  )
}

async function race<Result>(
  parts: Pick<Parts, 'clock'>,
  limit: CallLimit,
  ctx: CallContext,
  run: (ctx: CallContext) => Promise<Result>,
): Promise<Result> {
  const call = new AbortController()
  const sleeper = new AbortController()
  const givenUp = Promise.withResolvers<never>()
  const giveUp = () => {
    givenUp.reject(ctx.signal.reason)
    call.abort(ctx.signal.reason)
  }
  ctx.signal.addEventListener('abort', giveUp, { once: true })
  const timeIsUp = parts.clock.sleep(limit.ms, sleeper.signal).then((): never => {
    const error = new MendkitError('unavailable', `${limit.what} did not answer within ${limit.ms} ms`)
    call.abort(error)
    throw error
  })
  const answer = (async () => run({ ...ctx, signal: call.signal }))()
  try {
    return await Promise.race([answer, givenUp.promise, timeIsUp])
  } catch (error) {
    // A call that wraps the abort reason in an error of its own must not hide why it was stopped.
    throw call.signal.aborted ? call.signal.reason : error
  } finally {
    ctx.signal.removeEventListener('abort', giveUp)
    sleeper.abort(noLongerNeeded)
  }
}
