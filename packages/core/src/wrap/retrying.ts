import { z } from 'zod'
import { readOptions } from '../define/read-options.ts'
import { MendkitError } from '../errors.ts'
import { once } from '../once.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import { systemClock } from '../system/system-clock.ts'
import { systemRandom } from '../system/system-random.ts'
import { around, namesOf } from './around.ts'
import { liveView } from './live-view.ts'
import { checkModel, clockOption, msOption, randomOption } from './option-fields.ts'
import { retryBudget } from './retry-budget.ts'

/** How `retrying` tries again. */
export interface RetryOptions {
  /** How often a call is made at most, the first time included. @default 3 */
  readonly attempts?: number
  /** The longest wait before the second attempt; it doubles for every further one. @default 500 */
  readonly baseMs?: number
  /** No wait is longer. An error that asks for a longer one is thrown at once. @default 20_000 */
  readonly maxMs?: number
  /** At most this share of calls is made again, so that an outage is not made worse: 0 to 1. @default 0.2 */
  readonly share?: number
  /** Retries that are there from the beginning, and the most that can be saved up. @default 10 */
  readonly reserve?: number
  /** @default the machine's clock */
  readonly clock?: Clock
  /** @default chance of the operating system */
  readonly random?: Random
}

const shape = once(() =>
  z.strictObject({
    attempts: z.int().min(1).max(20).exactOptional(),
    baseMs: msOption.exactOptional(),
    maxMs: msOption.exactOptional(),
    share: z.number().min(0).max(1).exactOptional(),
    reserve: z.int().min(0).max(1_000).exactOptional(),
    clock: clockOption.exactOptional(),
    random: randomOption.exactOptional(),
  }),
)

/**
 * Makes a call again that failed as `unavailable`, and no other. It waits a random part of a time that doubles (full jitter),
 * and never less than the provider asked for. When the attempts or the budget of retries are used up, or the provider asks for more
 * time than `maxMs`, the last error is thrown as it is. Before every further attempt `ctx.beforeAttempt` is awaited.
 *
 * A reply that broke in the middle of its words is asked for again too: the live view is told `restart`. The usage of a reply
 * is that of its own attempt, because a failed one says nothing of its own; its warnings say what failed before.
 */
export function retrying(model: LanguageModel, options: RetryOptions = {}): LanguageModel {
  checkModel('retrying', model)
  readOptions('retrying', shape(), options)
  const { attempts = 3, baseMs = 500, maxMs = 20_000, clock = systemClock, random = systemRandom } = options
  const budget = retryBudget(options.share ?? 0.2, options.reserve ?? 10)

  /** How long to wait after this failure; undefined when the call is not to be made again. */
  function waitAfter(error: unknown, attempt: number): number | undefined {
    if (!MendkitError.is(error, 'unavailable') || attempt >= attempts) return undefined
    const { retryAfterMs = 0 } = error
    if (retryAfterMs > maxMs || !budget.take()) return undefined
    const jitter = random.number() * Math.min(maxMs, baseMs * 2 ** (attempt - 1))
    return Math.max(retryAfterMs, Math.min(maxMs, retryAfterMs + jitter))
  }

  return around(model, async (request, ctx) => {
    ctx.signal.throwIfAborted()
    budget.called()
    const nextAttempt = liveView(ctx)
    for (let attempt = 1; ; attempt += 1) {
      let failure: unknown
      try {
        const reply = await model.generate(request, nextAttempt())
        if (attempt === 1) return reply
        return { ...reply, warnings: [...reply.warnings, `answered at attempt ${attempt}; before it was unavailable`] }
      } catch (error) {
        failure = error
        ctx.signal.throwIfAborted()
        const waitMs = waitAfter(error, attempt)
        if (waitMs === undefined) throw error
        await clock.sleep(waitMs, ctx.signal)
      }
      await ctx.beforeAttempt?.(namesOf(model), failure)
      ctx.signal.throwIfAborted()
    }
  })
}
