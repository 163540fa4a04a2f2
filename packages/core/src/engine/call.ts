import type { CallContext } from '../ports/context.ts'
import { type CallLimit, inTime } from '../wrap/in-time.ts'
import type { Parts } from './parts.ts'
import { noTelemetry } from './telemetry/telemetry.ts'

/** Makes one call to a port, as `withTimeout` with `settings.engine.portTimeoutMs`. */
export function callPort<Result>(
  parts: Pick<Parts, 'clock' | 'settings' | 'telemetry'>,
  what: string,
  ctx: CallContext,
  run: (ctx: CallContext) => Promise<Result>,
): Promise<Result> {
  return withTimeout(parts, { what, ms: parts.settings.engine.portTimeoutMs }, ctx, run)
}

/** Makes one call under a time limit, as `inTime`, and inside a span. */
export async function withTimeout<Result>(
  parts: Pick<Parts, 'clock' | 'telemetry'>,
  limit: CallLimit,
  ctx: CallContext,
  run: (ctx: CallContext) => Promise<Result>,
): Promise<Result> {
  ctx.signal.throwIfAborted()
  const span = { name: 'mendkit call', attributes: { 'mendkit.call': limit.what }, signal: ctx.signal }
  return (parts.telemetry ?? noTelemetry).span(span, (trace) =>
    inTime(parts.clock, limit, ctx.signal, (signal) => run({ ...ctx, ...(trace && { trace }), signal })),
  )
}
