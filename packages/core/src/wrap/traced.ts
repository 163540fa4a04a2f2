import { MendkitError } from '../errors.ts'
import type { ModelReply, ModelRequest, ModelUsage } from '../model/model-call.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Measurement, SpanAttributes, Telemetry } from '../ports/telemetry.ts'
import { systemClock } from '../system/system-clock.ts'
import { around } from './around.ts'
import { checkModel } from './option-fields.ts'

/**
 * Makes a span of every call and measures it, by OpenTelemetry's conventions for generative AI (`gen_ai.*`, as of 2026; they
 * are not stable yet): which model was asked and which answered, tokens, why it stopped, the time to the first word. No text of a
 * request or a reply is in it. Spans and measurements go where `telemetry` sends them, such as `otelTelemetry(tracer, meter)`. Put it next to
 * the model, so that every attempt is a span of its own.
 */
export function traced(
  model: LanguageModel,
  telemetry: Telemetry,
  { clock = systemClock }: { /** @default the machine's clock */ readonly clock?: Clock } = {},
): LanguageModel {
  checkModel('traced', model)
  const asked = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': model.provider,
    'gen_ai.request.model': model.model,
  }
  const measure = (measurement: Measurement) => telemetry.measure?.(measurement)

  return around(model, async (request, ctx) => {
    ctx.signal.throwIfAborted()
    const began = clock.monotonic()
    const { onProgress } = ctx
    const span = {
      name: `chat ${model.model}`,
      kind: 'client' as const,
      attributes: { ...asked, ...requestFacts(request, onProgress !== undefined) },
      signal: ctx.signal,
    }
    try {
      const reply = await telemetry.span(span, async (trace, add) => {
        let heard = false
        const hear: typeof onProgress = (progress) => {
          if (!heard) add?.({ 'gen_ai.response.time_to_first_chunk': secondsSince(clock, began) })
          heard = true
          onProgress?.(progress)
        }
        const given = await model.generate(request, {
          ...ctx,
          ...(trace && { trace }),
          ...(onProgress && { onProgress: hear }),
        })
        add?.(replyFacts(given))
        return given
      })
      const answered = { ...asked, 'gen_ai.response.model': reply.answeredBy.model }
      measure(duration(secondsSince(clock, began), answered))
      for (const one of tokens(reply.usage, answered)) measure(one)
      return reply
    } catch (error) {
      if (!ctx.signal.aborted) measure(duration(secondsSince(clock, began), { ...asked, 'error.type': typeOf(error) }))
      throw error
    }
  })
}

function requestFacts({ maxOutputTokens, output }: ModelRequest, stream: boolean): SpanAttributes {
  return {
    'gen_ai.request.max_tokens': maxOutputTokens,
    'gen_ai.output.type': output === undefined ? 'text' : 'json',
    ...(stream && { 'gen_ai.request.stream': true }),
  }
}

function replyFacts({ usage, finish, requestId, answeredBy }: ModelReply): SpanAttributes {
  return {
    'gen_ai.response.model': answeredBy.model,
    'gen_ai.response.finish_reasons': [finish],
    ...(requestId !== undefined && { 'gen_ai.response.id': requestId }),
    ...usageFacts(usage),
  }
}

const usageNames = {
  inputTokens: 'gen_ai.usage.input_tokens',
  outputTokens: 'gen_ai.usage.output_tokens',
  cachedInputTokens: 'gen_ai.usage.cache_read.input_tokens',
  cacheWriteTokens: 'gen_ai.usage.cache_creation.input_tokens',
  thinkingTokens: 'gen_ai.usage.reasoning.output_tokens',
} as const satisfies { readonly [Key in keyof Required<ModelUsage>]: string }

function usageFacts(usage: ModelUsage): SpanAttributes {
  const counted = Object.entries(usageNames).flatMap(([key, name]) => {
    const count = usage[key as keyof ModelUsage]
    return count === undefined ? [] : [[name, count] as const]
  })
  return Object.fromEntries(counted)
}

function duration(value: number, attributes: SpanAttributes): Measurement {
  return {
    name: 'gen_ai.client.operation.duration',
    unit: 's',
    description: 'How long calls of models take.',
    boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    value,
    attributes,
  }
}

function tokens({ inputTokens, outputTokens }: ModelUsage, attributes: SpanAttributes): readonly Measurement[] {
  const counted = [
    ['input', inputTokens],
    ['output', outputTokens],
  ] as const
  return counted.flatMap(([type, value]) => (value === undefined ? [] : [tokenUsage(type, value, attributes)]))
}

function tokenUsage(type: 'input' | 'output', value: number, attributes: SpanAttributes): Measurement {
  return {
    name: 'gen_ai.client.token.usage',
    unit: '{token}',
    description: 'Tokens that calls of models use.',
    boundaries: [
      1, 4, 16, 64, 256, 1_024, 4_096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216, 67_108_864,
    ],
    value,
    attributes: { ...attributes, 'gen_ai.token.type': type },
  }
}

function secondsSince(clock: Clock, began: number): number {
  return (clock.monotonic() - began) / 1_000
}

function typeOf(error: unknown): string {
  return MendkitError.is(error) ? error.code : 'unexpected'
}
