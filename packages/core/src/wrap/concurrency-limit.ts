import { z } from 'zod'
import { readOptions } from '../define/read-options.ts'
import { MendkitError } from '../errors.ts'
import { noLongerNeeded } from '../no-longer-needed.ts'
import { once } from '../once.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import { systemClock } from '../system/system-clock.ts'
import { around } from './around.ts'
import { checkModel, clockOption, msOption } from './option-fields.ts'

/** How many calls a model gets at once. */
export interface ConcurrencyLimitOptions {
  /** Calls under way at most. @default 4 */
  readonly calls?: number
  /** Calls that may wait for their turn; one more is refused at once. @default 100 */
  readonly queue?: number
  /** A call that has waited so long is refused. @default 30_000 */
  readonly waitMs?: number
  /** @default the machine's clock */
  readonly clock?: Clock
}

const shape = once(() =>
  z.strictObject({
    calls: z.int().min(1).max(10_000).exactOptional(),
    queue: z.int().min(0).max(100_000).exactOptional(),
    waitMs: msOption.exactOptional(),
    clock: clockOption.exactOptional(),
  }),
)

/**
 * Lets a model answer a few calls at once; the others wait, first come, first served. What is refused, because the queue is full or
 * the wait too long, is `unavailable` with effect `none`: nothing was sent. A caller that gives up while it waits frees its
 * place. Time in the queue is not time of the call: put `deadline` within.
 */
export function concurrencyLimit(model: LanguageModel, options: ConcurrencyLimitOptions = {}): LanguageModel {
  checkModel('concurrencyLimit', model)
  readOptions('concurrencyLimit', shape(), options)
  const { calls = 4, queue = 100, waitMs = 30_000, clock = systemClock } = options
  const waiting = new Set<() => void>()
  let underWay = 0

  function refusal(because: string): MendkitError {
    const says = `${model.id} is not asked, because ${because}; ask less at once, or raise the limit`
    return new MendkitError('unavailable', says, { effect: 'none' })
  }

  /** Resolves when a place is the caller's. */
  async function enter(signal: AbortSignal): Promise<void> {
    if (underWay < calls) {
      underWay += 1
      return
    }
    if (waiting.size >= queue) throw refusal(`${underWay} calls are under way and ${waiting.size} wait`)
    const turn = Promise.withResolvers<void>()
    const sleeper = new AbortController()
    const tooLate = clock.sleep(waitMs, AbortSignal.any([signal, sleeper.signal])).then((): never => {
      throw refusal(`it had no place for this call within ${waitMs} ms`)
    })
    waiting.add(turn.resolve)
    try {
      await Promise.race([turn.promise, tooLate])
    } catch (error) {
      // The place may have been given in the same moment: then it is handed on.
      if (!waiting.delete(turn.resolve)) leave()
      throw error
    } finally {
      sleeper.abort(noLongerNeeded)
    }
  }

  /** Gives the place to whoever has waited longest. */
  function leave(): void {
    const [next] = waiting
    if (next === undefined) underWay -= 1
    else {
      waiting.delete(next)
      next()
    }
  }

  return around(model, async (request, ctx) => {
    ctx.signal.throwIfAborted()
    await enter(ctx.signal)
    try {
      ctx.signal.throwIfAborted()
      return await model.generate(request, ctx)
    } finally {
      leave()
    }
  })
}
