import { type CallContext, MendkitError } from '@mendkit/core'
import { callContext, virtualClock } from '@mendkit/testkit'
import { type SpanOptions, type Tracer, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { withTimeout } from '../src/engine/call.ts'
import { type OtelSpan, type OtelTracer, otelTelemetry } from '../src/engine/telemetry/otel.ts'
import { noTelemetry } from '../src/engine/telemetry/telemetry.ts'
import { openHost } from './support/host.ts'

const limit = { what: 'tool shop.flag', ms: 1_000 }

/** A tracer that writes down what happens to its spans. */
function recorder() {
  const spans: { name: string; attributes: object; status?: number; ended: boolean }[] = []
  const tracer: OtelTracer = {
    startActiveSpan(name, { attributes }, run) {
      const record: (typeof spans)[number] = { name, attributes: { ...attributes }, ended: false }
      spans.push(record)
      const span: OtelSpan = {
        spanContext: () => ({ traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }),
        setAttribute: (key, value) => Object.assign(record.attributes, { [key]: value }),
        setStatus: ({ code }) => Object.assign(record, { status: code }),
        end: () => Object.assign(record, { ended: true }),
      }
      return run(span)
    },
  }
  return { spans, telemetry: otelTelemetry(tracer) }
}

test('a port call is a span, and its adapter gets the trace context to pass on', async () => {
  const { spans, telemetry } = recorder()
  const seen = await withTimeout({ clock: virtualClock(), telemetry }, limit, callContext(), async (ctx) => ctx.trace)
  expect(seen).toEqual({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })
  expect(spans).toEqual([{ name: 'mendkit call', attributes: { 'mendkit.call': 'tool shop.flag' }, ended: true }])
})

test('a failure marks the span with its code and never with its words', async () => {
  const { spans, telemetry } = recorder()
  const failure = new MendkitError('rejected', 'the other system said: token abc')
  const call = withTimeout({ clock: virtualClock(), telemetry }, limit, callContext(), () => Promise.reject(failure))
  await expect(call).rejects.toBe(failure)
  expect(spans).toMatchObject([{ status: 2, attributes: { 'error.type': 'rejected' }, ended: true }])
  expect(JSON.stringify(spans)).not.toContain('token')
})

test('giving up is not a failure', async () => {
  const { spans, telemetry } = recorder()
  const caller = new AbortController()
  const ctx = callContext({ signal: caller.signal })
  const call = withTimeout({ clock: virtualClock(), telemetry }, limit, ctx, () => new Promise(() => undefined))
  caller.abort('over')
  await expect(call).rejects.toBe('over')
  expect(spans[0]?.status).toBeUndefined()
  expect(spans[0]?.ended).toBe(true)
})

test('without telemetry nothing is traced and the trace of the caller stays', async () => {
  const ctx = callContext({ trace: { traceparent: '00-outer' } })
  const seen = await withTimeout({ clock: virtualClock() }, limit, ctx, async (within) => within.trace)
  expect(seen).toEqual({ traceparent: '00-outer' })
  expect(await noTelemetry.span({ name: 'x', attributes: {} }, async (given) => given)).toBeUndefined()
})

test('a tracer of @opentelemetry/api fits as it is', async () => {
  const tracer: Tracer = trace.getTracer('mendkit')
  const options: SpanOptions = { attributes: { key: 1 } }
  expect(options).toBeDefined()
  const telemetry = otelTelemetry(tracer)
  expect(await telemetry.span({ name: 'step', attributes: { phase: 'open' } }, async () => 'done')).toBe('done')
})

test('the engine makes a span of every step, and the calls of the step know it', async () => {
  const { spans, telemetry } = recorder()
  const traces: unknown[] = []
  const evidence = {
    spec: 1 as const,
    id: 'metrics',
    tools: [],
    gather: async (_incident: unknown, _symptoms: unknown, ctx: CallContext) => {
      traces.push(ctx.trace)
      return []
    },
  }
  const host = await openHost({ integrations: [{ evidence: [evidence] }], system: { telemetry } })
  await host.alert()
  await host.clock.advance(10_000)
  const [incident] = await host.mendkit.incidents.list()
  expect(incident?.phase).toBe('handed-over')
  const steps = spans.filter(({ name }) => name === 'mendkit.step')
  expect(steps.length).toBeGreaterThanOrEqual(2)
  expect(steps).toContainEqual({ name: 'mendkit.step', attributes: { 'mendkit.incident': incident?.id }, ended: true })
  expect(spans).toContainEqual(expect.objectContaining({ attributes: { 'mendkit.call': 'evidence source metrics' } }))
  expect(traces).toEqual([{ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` }])
  await host.stop()
  expect(spans.every(({ ended }) => ended)).toBe(true)
})

test('the engine runs with a tracer of @opentelemetry/api, and a step that fails marks its span', async () => {
  const failing = new MendkitError('corrupt', 'a symptom does not read back')
  const { spans, telemetry } = recorder()
  const real = otelTelemetry(trace.getTracer('mendkit'))
  for (const each of [real, telemetry]) {
    const host = await openHost({
      system: { telemetry: each },
      faults: () => ({ symptoms: () => Promise.reject(failing) }),
    })
    await host.alert()
    await host.clock.advance(10_000)
    expect(await host.mendkit.incidents.list()).toHaveLength(1)
    expect(host.mendkit.metrics()).toMatch(/^mendkit_step_failures_total [1-9]/m)
    await host.stop()
  }
  expect(spans).toContainEqual(
    expect.objectContaining({
      name: 'mendkit.step',
      status: 2,
      attributes: expect.objectContaining({ 'error.type': 'corrupt' }),
    }),
  )
})
