import {
  type Measurement,
  MendkitError,
  type OtelMeter,
  otelTelemetry,
  retrying,
  type SpanAttributes,
  type SpanStart,
  type Telemetry,
  traced,
} from '@mendkit/core'
import { callContext, type ScriptedReply, scriptedModel, virtualClock } from '@mendkit/testkit'
import { metrics, trace } from '@opentelemetry/api'
import { expect, test } from 'vitest'
import { asking, failing, mostJitter, outcomeOf } from './support.ts'

/** Telemetry that writes down what it is told. */
function recorder() {
  const spans: (SpanStart & { readonly added: SpanAttributes; failed: boolean })[] = []
  const measured: Measurement[] = []
  const telemetry: Telemetry = {
    async span(start, run) {
      const span = { ...start, added: {}, failed: false }
      spans.push(span)
      try {
        return await run({ traceparent: `00-${spans.length}` }, (more) => Object.assign(span.added, more))
      } catch (error) {
        span.failed = true
        throw error
      }
    },
    measure: (one) => {
      measured.push(one)
    },
  }
  return { spans, measured, telemetry }
}

const reply: ScriptedReply = {
  kind: 'text',
  text: 'the secret of the pod',
  afterMs: 1_500,
  everyMs: 100,
  usage: { inputTokens: 1_000, cachedInputTokens: 800, cacheWriteTokens: 50, outputTokens: 40, thinkingTokens: 30 },
  requestId: 'req_1',
  answeredBy: { provider: 'scripted', model: 'scripted-2026' },
}

test('a call is a span by the conventions for generative AI, with no word of it', async () => {
  const clock = virtualClock()
  const { spans, telemetry } = recorder()
  const call = outcomeOf(traced(scriptedModel([reply], { clock }), telemetry, { clock }), asking('the secret question'))
  await clock.advance(5_000)
  expect((await call).reply?.content).toMatchObject({ text: 'the secret of the pod' })
  expect(spans).toMatchObject([
    {
      name: 'chat scripted',
      kind: 'client',
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'scripted',
        'gen_ai.request.model': 'scripted',
        'gen_ai.request.max_tokens': 1_000,
        'gen_ai.request.stream': true,
        'gen_ai.output.type': 'text',
      },
      added: {
        'gen_ai.response.model': 'scripted-2026',
        'gen_ai.response.id': 'req_1',
        'gen_ai.response.finish_reasons': ['stop'],
        'gen_ai.response.time_to_first_chunk': 1.5,
        'gen_ai.usage.input_tokens': 1_000,
        'gen_ai.usage.output_tokens': 40,
        'gen_ai.usage.cache_read.input_tokens': 800,
        'gen_ai.usage.cache_creation.input_tokens': 50,
        'gen_ai.usage.reasoning.output_tokens': 30,
      },
    },
  ])
  expect(JSON.stringify(spans)).not.toMatch(/secret/)
})

test('a call is measured: its time, and its tokens when they are known', async () => {
  const clock = virtualClock()
  const { measured, telemetry } = recorder()
  const model = traced(scriptedModel([reply, { ...reply, usage: {} }], { clock }), telemetry, { clock })
  const calls = [outcomeOf(model), outcomeOf(model)]
  await clock.advance(5_000)
  await Promise.all(calls)
  const told = measured.map(({ name, unit, value, attributes }) => [name, unit, value, attributes['gen_ai.token.type']])
  expect(told).toEqual([
    ['gen_ai.client.operation.duration', 's', 2, undefined],
    ['gen_ai.client.token.usage', '{token}', 1_000, 'input'],
    ['gen_ai.client.token.usage', '{token}', 40, 'output'],
    ['gen_ai.client.operation.duration', 's', 2, undefined],
  ])
})

test('every attempt of a call is a span of its own, and the adapter gets its trace', async () => {
  const clock = virtualClock()
  const { spans, measured, telemetry } = recorder()
  const traces: unknown[] = []
  const inner = scriptedModel((_, call) => (call === 0 ? failing() : reply), { clock })
  const within = {
    ...inner,
    generate: (...given: Parameters<typeof inner.generate>) => {
      traces.push(given[1].trace?.traceparent)
      return inner.generate(...given)
    },
  }
  const call = outcomeOf(retrying(traced(within, telemetry, { clock }), { clock, random: mostJitter }))
  await clock.advance(10_000)
  expect((await call).reply).toBeDefined()
  expect(spans.map(({ failed }) => failed)).toEqual([true, false])
  expect(traces).toEqual(['00-1', '00-2'])
  expect(measured[0]?.attributes['error.type']).toBe('unavailable')
})

test('a call that the caller gives up is not measured as a failure', async () => {
  const { measured, telemetry } = recorder()
  const stop = new AbortController()
  const call = outcomeOf(
    traced(scriptedModel([{ kind: 'hang' }]), telemetry),
    asking(),
    callContext({ signal: stop.signal }),
  )
  stop.abort('enough')
  expect([(await call).error, measured]).toEqual(['enough', []])
})

test('a tracer and a meter of @opentelemetry/api fit as they are', async () => {
  const made: [string, number][] = []
  const meter: OtelMeter = {
    createHistogram: (name, { advice }) => {
      made.push([name, advice.explicitBucketBoundaries.length])
      return { record: () => undefined }
    },
  }
  const real = otelTelemetry(trace.getTracer('mendkit'), metrics.getMeter('mendkit'))
  for (const telemetry of [real, otelTelemetry(trace.getTracer('mendkit'), meter)]) {
    const model = traced(
      scriptedModel([
        { kind: 'text', text: 'a' },
        { kind: 'text', text: 'b' },
      ]),
      telemetry,
    )
    for (const text of ['a', 'b']) expect((await outcomeOf(model)).reply?.content).toEqual({ kind: 'text', text })
  }
  expect(made).toEqual([
    ['gen_ai.client.operation.duration', 14],
    ['gen_ai.client.token.usage', 14],
  ])
})

test('telemetry that knows neither measurements nor facts at the end still works', async () => {
  const old: Telemetry = { span: (_, run) => run(undefined) }
  const broken = scriptedModel(() => Promise.reject(new MendkitError('unavailable', 'down')))
  expect((await outcomeOf(traced(broken, old))).error).toMatchObject({ code: 'unavailable' })
  expect((await outcomeOf(traced(scriptedModel([{ kind: 'text', text: 'a' }]), old))).reply).toBeDefined()
})
