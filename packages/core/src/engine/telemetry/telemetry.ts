import type { TraceContext } from '../../ports/context.ts'

/** Facts on a span: identifiers, enumerations and numbers, never free text. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean>>

/** Wraps work in spans, so that a host sees the engine's steps and port calls inside its own traces. */
export interface Telemetry {
  /**
   * Runs `run` inside a span and answers what it answers. `run` gets the trace context to hand on to adapters, or
   * undefined when nobody traces. A rejection marks the span as failed, except when `signal` has aborted: giving up is
   * not a failure.
   */
  span<Result>(
    span: { readonly name: string; readonly attributes: SpanAttributes; readonly signal?: AbortSignal },
    run: (trace: TraceContext | undefined) => Promise<Result>,
  ): Promise<Result>
}

/** Traces nothing. The default. */
export const noTelemetry: Telemetry = { span: (_, run) => run(undefined) }
