import { MendkitError } from '../../errors.ts'
import type { TraceContext } from '../../ports/context.ts'
import type { SpanAttributes, Telemetry } from './telemetry.ts'

/** The little of a span of `@opentelemetry/api` that is used here. */
export interface OtelSpan {
  /** Identity of the span, for the trace context that adapters hand on. */
  spanContext(): {
    readonly traceId: string
    readonly spanId: string
    readonly traceFlags: number
    readonly traceState?:
      | {
          /** The W3C `tracestate` header. */
          serialize(): string
        }
      | undefined
  }
  /** As in OpenTelemetry. */
  setAttribute(key: string, value: string): unknown
  /** As in OpenTelemetry; 2 is an error. */
  setStatus(status: { code: number }): unknown
  /** As in OpenTelemetry. */
  end(): void
}

/** The little of a tracer of `@opentelemetry/api` that is used here: `trace.getTracer('mendkit')` is one. */
export interface OtelTracer {
  /** As in OpenTelemetry: runs the function inside a new span. */
  startActiveSpan<Result>(
    name: string,
    options: { attributes: Record<string, string | number | boolean> },
    run: (span: OtelSpan) => Result,
  ): Result
}

/** `SpanStatusCode.ERROR`. */
const failedStatus = 2

/**
 * Spans by a tracer of `@opentelemetry/api`, which the host brings: core never loads that package. Of a failure only the
 * error's code is told (`error.type`), because messages can quote other systems.
 */
export function otelTelemetry(tracer: OtelTracer): Telemetry {
  return {
    span: ({ name, attributes, signal }, run) =>
      tracer.startActiveSpan(name, { attributes: { ...attributes } satisfies SpanAttributes }, async (span) => {
        try {
          return await run(traceContext(span))
        } catch (error) {
          if (signal?.aborted !== true) {
            span.setAttribute('error.type', MendkitError.is(error) ? error.code : 'unexpected')
            span.setStatus({ code: failedStatus })
          }
          throw error
        } finally {
          span.end()
        }
      }),
  }
}

/** W3C Trace Context, version 00. */
function traceContext(span: OtelSpan): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext()
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  const tracestate = traceState?.serialize()
  return tracestate ? { traceparent, tracestate } : { traceparent }
}
