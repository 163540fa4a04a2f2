import { z } from 'zod'
import { readOptions } from '../define/read-options.ts'
import type { ModelReply } from '../model/model-call.ts'
import { once } from '../once.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel, ModelCallContext } from '../ports/language-model.ts'
import { systemClock } from '../system/system-clock.ts'
import { around } from './around.ts'
import { type CallLimit, inTime } from './in-time.ts'
import { checkModel, clockOption, msOption } from './option-fields.ts'

/** How long a model may take. */
export interface DeadlineOptions {
  /** For the whole reply. @default 60_000 */
  readonly ms?: number
  /**
   * Until the first sign of life, for models that hang: a reply that has begun has the whole time. A model that tells no
   * progress must be done by then. @default `ms`
   */
  readonly firstProgressMs?: number
  /** @default the machine's clock */
  readonly clock?: Clock
}

const shape = once(() =>
  z.strictObject({
    ms: msOption.exactOptional(),
    firstProgressMs: msOption.exactOptional(),
    clock: clockOption.exactOptional(),
  }),
)

/**
 * Gives a call up that takes too long: it is aborted, and the error is `unavailable` and names the model and the time. What
 * the call has cost by then nobody knows. A model that does not listen to the abort is left behind, and what it says later
 * reaches nobody.
 */
export function deadline(model: LanguageModel, options: DeadlineOptions = {}): LanguageModel {
  checkModel('deadline', model)
  readOptions('deadline', shape(), options)
  const { ms = 60_000, clock = systemClock } = options
  const { firstProgressMs = ms } = options

  return around(model, async (request, ctx) => {
    ctx.signal.throwIfAborted()
    const { onProgress } = ctx
    let over = false
    const heard: ModelCallContext = {
      ...ctx,
      ...(onProgress && { onProgress: (progress) => (over ? undefined : onProgress(progress)) }),
    }
    try {
      return await inTime(clock, { what: model.id, ms }, ctx.signal, (signal) => {
        const ask = (within: ModelCallContext) => model.generate(request, within)
        if (firstProgressMs >= ms) return ask({ ...heard, signal })
        return withFirstSign(
          clock,
          { what: `${model.id} (first word)`, ms: firstProgressMs },
          { ...heard, signal },
          ask,
        )
      })
    } finally {
      over = true
    }
  })
}

/** Makes a call that must give a sign of life within the limit, or be over. */
async function withFirstSign(
  clock: Clock,
  limit: CallLimit,
  ctx: ModelCallContext,
  ask: (ctx: ModelCallContext) => Promise<ModelReply>,
): Promise<ModelReply> {
  const sign = Promise.withResolvers<void>()
  const silence = new AbortController()
  const answer = ask({
    ...ctx,
    signal: AbortSignal.any([ctx.signal, silence.signal]),
    onProgress(progress) {
      sign.resolve()
      ctx.onProgress?.(progress)
    },
  })
  answer.then(
    () => sign.resolve(),
    () => sign.resolve(),
  )
  try {
    await inTime(clock, limit, ctx.signal, () => sign.promise)
  } catch (error) {
    silence.abort(error)
    throw error
  }
  return await answer
}
