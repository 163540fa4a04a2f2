import type { TraceContext } from './context.ts'

/** Facts on a span or a measurement: identifiers, enumerations and numbers, never free text. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | readonly string[]>>

/** What a span is about. */
export interface SpanStart {
  readonly name: string
  /** `client` when the work is done by another system. @default internal */
  readonly kind?: 'client'
  readonly attributes: SpanAttributes
  readonly signal?: AbortSignal
}

/** One value of a histogram. */
export interface Measurement {
  readonly name: string
  /** Unit in UCUM, such as `s` or `{token}`. */
  readonly unit: string
  readonly description: string
  /** Upper bounds of the buckets, ascending. */
  readonly boundaries: readonly number[]
  readonly value: number
  readonly attributes: SpanAttributes
}

/** Wraps work in spans, so that a host sees the engine's steps and port calls inside its own traces. */
export interface Telemetry {
  /**
   * Runs `run` inside a span and answers what it answers. `run` gets the trace context to hand on to adapters, or
   * undefined when nobody traces, and a function that adds facts to the span until it ends. A rejection marks the span as
   * failed, except when `signal` has aborted: giving up is not a failure.
   */
  span<Result>(
    span: SpanStart,
    run: (trace: TraceContext | undefined, add?: (attributes: SpanAttributes) => void) => Promise<Result>,
  ): Promise<Result>
  /** Takes a measurement, at once and without throwing. Absent: nobody measures. */
  measure?(measurement: Measurement): void
}
