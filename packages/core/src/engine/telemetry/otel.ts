import { MendkitError } from '../../errors.ts'
import type { TraceContext } from '../../ports/context.ts'
import type { Measurement, SpanAttributes, Telemetry } from '../../ports/telemetry.ts'

/** A value that OpenTelemetry takes of an attribute. */
export type OtelValue = string | number | boolean | string[]

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
  setAttribute(key: string, value: OtelValue): unknown
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
    options: { kind?: number; attributes: Record<string, OtelValue> },
    run: (span: OtelSpan) => Result,
  ): Result
}

/** The little of a histogram of `@opentelemetry/api` that is used here. */
export interface OtelHistogram {
  /** As in OpenTelemetry. */
  record(value: number, attributes: Record<string, OtelValue>): void
}

/** The little of a meter of `@opentelemetry/api` that is used here: `metrics.getMeter('mendkit')` is one. */
export interface OtelMeter {
  /** As in OpenTelemetry. */
  createHistogram(
    name: string,
    options: { unit: string; description: string; advice: { explicitBucketBoundaries: number[] } },
  ): OtelHistogram
}

/** `SpanStatusCode.ERROR`. */
const failedStatus = 2

/** `SpanKind.CLIENT`. */
const clientKind = 2

/**
 * Spans by a tracer, and with a meter measurements too, of `@opentelemetry/api`, which the host brings: core never loads that
 * package. Of a failure only the error's code is told (`error.type`), because messages can quote other systems.
 */
export function otelTelemetry(tracer: OtelTracer, meter?: OtelMeter): Telemetry {
  return {
    span: ({ name, kind, attributes, signal }, run) =>
      tracer.startActiveSpan(
        name,
        { ...(kind && { kind: clientKind }), attributes: given(attributes) },
        async (span) => {
          const add = (more: SpanAttributes) => {
            for (const [key, value] of Object.entries(given(more))) span.setAttribute(key, value)
          }
          try {
            return await run(traceContext(span), add)
          } catch (error) {
            if (signal?.aborted !== true) {
              span.setAttribute('error.type', MendkitError.is(error) ? error.code : 'unexpected')
              span.setStatus({ code: failedStatus })
            }
            throw error
          } finally {
            span.end()
          }
        },
      ),
    ...(meter && { measure: measureBy(meter) }),
  }
}

/** A meter makes a histogram once, of the first measurement of that name. The names are core's own, and few. */
function measureBy(meter: OtelMeter): (measurement: Measurement) => void {
  const histograms = new Map<string, OtelHistogram>()
  return ({ name, unit, description, boundaries, value, attributes }) => {
    let histogram = histograms.get(name)
    if (histogram === undefined) {
      const advice = { explicitBucketBoundaries: [...boundaries] }
      histogram = meter.createHistogram(name, { unit, description, advice })
      histograms.set(name, histogram)
    }
    histogram.record(value, given(attributes))
  }
}

/** Attributes as OpenTelemetry takes them. */
function given(attributes: SpanAttributes): Record<string, OtelValue> {
  const entries = Object.entries(attributes).map(([key, value]) => [key, isList(value) ? [...value] : value] as const)
  return Object.fromEntries(entries)
}

function isList(value: SpanAttributes[string]): value is readonly string[] {
  return Array.isArray(value)
}

/** W3C Trace Context, version 00. */
function traceContext(span: OtelSpan): TraceContext {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext()
  const traceparent = `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
  const tracestate = traceState?.serialize()
  return tracestate ? { traceparent, tracestate } : { traceparent }
}
