import { z } from 'zod'
import { readOptions } from '../define/read-options.ts'
import { MendkitError } from '../errors.ts'
import type { ModelMessage, ModelName, ModelReply, ModelRequest } from '../model/model-call.ts'
import { once } from '../once.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import { systemClock } from '../system/system-clock.ts'
import { around, nameOf, namesOf } from './around.ts'
import { createHealth } from './health.ts'
import { liveView } from './live-view.ts'
import { clockOption, modelOption, msOption } from './option-fields.ts'

/** When `fallback` goes to the next model, and back. */
export interface FallbackOptions {
  /**
   * How long a model that failed is not asked, or longer if it asks for that (an hour at most); then one call tries it again. @default 60_000
   */
  readonly restMs?: number
  /**
   * Whether the next model is to be asked after this error. @default `unavailable`, `bad-response`, `not-found`, and what a provider
   * refuses for reasons of its own: a status other than 400, 413 and 422
   */
  readonly switchesAfter?: (error: MendkitError) => boolean
  /** @default the machine's clock */
  readonly clock?: Clock
}

const shape = once(() =>
  z.strictObject({
    models: z.array(modelOption).min(1, 'give at least one model').max(20),
    restMs: msOption.exactOptional(),
    switchesAfter: z.custom<unknown>((value) => typeof value === 'function', 'expected a function').exactOptional(),
    clock: clockOption.exactOptional(),
  }),
)

/**
 * Asks the first model, and when it is down the next. A model that failed rests: while it does, calls go straight to the next, so
 * that a switch costs each call at most one failed call per model that nobody knew to be down. When its rest is over one call
 * tries it again, and the others wait for nothing. When all rest, a call tries the one that rests the shortest, and no other.
 *
 * Its capabilities are what every one of the models can do; wrap one that can do less in `describedInText`. `mayAnswer` names
 * all of them, so that budgets reserve for the dearest. Before every further model `ctx.beforeAttempt` is awaited, and a
 * live view that has seen words is told `restart`. A model gets no continuation of another provider. When none answers, the first
 * `unavailable` is thrown, or else the first error, and says what became of the others. A status that says that a call was
 * turned away (4xx) is left out unless all were: one of them may have been billed.
 */
export function fallback(models: readonly LanguageModel[], options: FallbackOptions = {}): LanguageModel {
  readOptions('fallback', shape(), { models, ...options })
  const [first] = models
  if (first === undefined) throw new MendkitError('config', 'fallback: give at least one model', { path: 'models' })
  const { restMs = 60_000, switchesAfter = isOfTheProvider, clock = systemClock } = options
  const health = createHealth(models.length, clock)

  return around(
    first,
    async (request, ctx) => {
      ctx.signal.throwIfAborted()
      const nextAttempt = liveView(ctx)
      const tried = new Set<number>()
      const failed: Failed[] = []
      for (let choice = health.next(tried); choice !== undefined; choice = health.next(tried)) {
        const model = models[choice.index] ?? first
        tried.add(choice.index)
        try {
          if (failed.length > 0) await ctx.beforeAttempt?.(namesOf(model), failed.at(-1)?.error)
          ctx.signal.throwIfAborted()
        } catch (error) {
          health.settle(choice, 'nothing')
          throw error
        }
        try {
          const reply = await model.generate(ownOf(model, request), nextAttempt())
          health.settle(choice, 'up')
          return withWarnings(reply, failed)
        } catch (error) {
          if (ctx.signal.aborted || !MendkitError.is(error) || !switchesAfter(error)) {
            health.settle(choice, 'nothing')
            ctx.signal.throwIfAborted()
            throw error
          }
          health.rest(choice.index, Math.max(restMs, Math.min(longestRestMs, error.retryAfterMs ?? 0)))
          failed.push({ id: model.id, error })
        }
      }
      throw together(failed)
    },
    {
      id: `fallback(${models.map(({ id }) => id).join(', ')})`,
      capabilities: {
        tools: models.every(({ capabilities }) => capabilities.tools),
        structuredOutput: models.every(({ capabilities }) => capabilities.structuredOutput),
      },
      mayAnswer: distinct(models.flatMap((model) => model.mayAnswer ?? [nameOf(model)])),
    },
  )
}

interface Failed {
  readonly id: string
  readonly error: MendkitError
}

/** A provider that asks for more time is tried again all the same. */
const longestRestMs = 3_600_000

/** Statuses that say that the request itself is at fault: another provider would refuse it too. */
const ofTheRequest: readonly number[] = [400, 413, 422]

function isOfTheProvider({ code, status }: MendkitError): boolean {
  if (code === 'unavailable' || code === 'bad-response' || code === 'not-found') return true
  // Without a status it may be a budget of the caller that refused, and not the provider.
  return code === 'rejected' && status !== undefined && !ofTheRequest.includes(status)
}

/** The request without what only other providers understand. */
function ownOf({ provider }: LanguageModel, request: ModelRequest): ModelRequest {
  return { ...request, messages: request.messages.map((message) => withoutForeign(message, provider)) }
}

function withoutForeign(message: ModelMessage, provider: string): ModelMessage {
  if (message.role !== 'assistant' || message.continuation === undefined) return message
  if (message.continuation.provider === provider) return message
  const { continuation: _, ...own } = message
  return own
}

function withWarnings(reply: ModelReply, failed: readonly Failed[]): ModelReply {
  if (failed.length === 0) return reply
  const told = failed.map(({ id, error }) => `${id} was asked first and failed: ${error.code}`)
  return { ...reply, warnings: [...reply.warnings, ...told] }
}

function together(failed: readonly Failed[]): MendkitError {
  const main = failed.find(({ error }) => error.code === 'unavailable') ?? failed[0]
  if (main === undefined) throw new MendkitError('unavailable', 'no model is left to ask', { effect: 'none' })
  if (failed.length === 1) return main.error
  const others = failed.filter((one) => one !== main).map(({ id, error }) => `${id}: ${error.code}`)
  const { code, message, retryAfterMs } = main.error
  // Whoever reads a status takes it for the whole call, which is turned away only when every model has turned it away.
  const mayBeBilled = failed.some(({ error }) => !isTurnedAway(error))
  const status = mayBeBilled && isTurnedAway(main.error) ? undefined : main.error.status
  return new MendkitError(code, `${message}; no other model answered either (${others.join(', ')})`, {
    cause: main.error,
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

function isTurnedAway({ status }: MendkitError): boolean {
  return status !== undefined && status >= 400 && status < 500 && status !== 408
}

function distinct(names: readonly ModelName[]): readonly ModelName[] {
  return [...new Map(names.map((one) => [JSON.stringify([one.provider, one.model]), one])).values()]
}
