import type { Redacted } from '../model/redacted.ts'

/** Facts beside a log line: never free text that has not passed the redactor. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>

/** Where Mendkit writes its log. Every method must return at once and must not throw. */
export interface Logger {
  /** What only an engineer of Mendkit wants to know. */
  debug(message: Redacted, fields?: LogFields): void
  /** What happened as it should. */
  info(message: Redacted, fields?: LogFields): void
  /** What failed and is made good or tried again. */
  warn(message: Redacted, fields?: LogFields): void
  /** What a person should look at. */
  error(message: Redacted, fields?: LogFields): void
}

/** W3C trace context of the step that makes a call, for adapters that pass it on. */
export interface TraceContext {
  readonly traceparent: string
  readonly tracestate?: string
}

/**
 * Comes last in every port call. An adapter stops promptly when `signal` aborts and lets the abort reason through
 * unwrapped: cancellation is not an error.
 */
export interface CallContext {
  readonly signal: AbortSignal
  readonly log: Logger
  readonly trace?: TraceContext
  /**
   * Call it right before each request that changes something: it throws `unavailable` with effect `none` when what the change
   * rests on has ended, or ends too soon. A process that was suspended between two requests learns that from here before
   * `signal` can tell. Only where an action carries out an effect.
   */
  readonly assertInTime?: () => void
}
