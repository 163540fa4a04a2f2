import { z } from 'zod'
import { readOptions } from '../define/read-options.ts'
import { MendkitError } from '../errors.ts'
import { once } from '../once.ts'
import type { Clock } from '../ports/clock.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import { systemClock } from '../system/system-clock.ts'
import { around } from './around.ts'
import { checkModel, clockOption, msOption } from './option-fields.ts'

/** When a circuit breaker opens, and for how long. */
export interface CircuitBreakerOptions {
  /** So many failures in a row open it. @default 5 */
  readonly failures?: number
  /** Failures that are older count no more. @default 60_000 */
  readonly windowMs?: number
  /** How long nothing is asked then. @default 30_000 */
  readonly openMs?: number
  /** @default the machine's clock */
  readonly clock?: Clock
}

const shape = once(() =>
  z.strictObject({
    failures: z.int().min(1).max(1_000).exactOptional(),
    windowMs: msOption.exactOptional(),
    openMs: msOption.exactOptional(),
    clock: clockOption.exactOptional(),
  }),
)

type State =
  /** When the last failures in a row were, oldest first; fewer than open it. */
  | { readonly kind: 'closed'; readonly failedAt: readonly number[] }
  | { readonly kind: 'open'; readonly until: number }
  /** One call is under way to find out. */
  | { readonly kind: 'half-open' }

/**
 * Spares a model that is down. After failures in a row (`unavailable`, `bad-response`) calls are refused for a while as
 * `unavailable` with `retryAfterMs` and effect `none`: nothing was sent. Then one call is let through: what it finds closes
 * the breaker or opens it again, and the others are refused until that is known. A refusal of the provider (`rejected`,
 * `not-found`) shows that it is there. A call that the caller gives up shows nothing.
 */
export function circuitBreaker(model: LanguageModel, options: CircuitBreakerOptions = {}): LanguageModel {
  checkModel('circuitBreaker', model)
  readOptions('circuitBreaker', shape(), options)
  const { failures = 5, windowMs = 60_000, openMs = 30_000, clock = systemClock } = options
  let state: State = { kind: 'closed', failedAt: [] }
  // What a call tells counts only in the period in which it began: an old call closes and opens nothing.
  let period = 0

  function become(next: State): void {
    state = next
    period += 1
  }

  function refusal(retryAfterMs: number): MendkitError {
    const ms = Math.ceil(retryAfterMs)
    const says = `${model.id} is not asked, because its last calls failed; it is asked again in ${ms} ms`
    return new MendkitError('unavailable', says, { retryAfterMs, effect: 'none' })
  }

  /** Lets a call through and answers in which period it began, or throws. */
  function enter(): number {
    if (state.kind === 'half-open') throw refusal(openMs)
    if (state.kind === 'open') {
      const left = state.until - clock.monotonic()
      if (left > 0) throw refusal(left)
      become({ kind: 'half-open' })
    }
    return period
  }

  function learn(began: number, found: 'alive' | 'down' | 'nothing'): void {
    if (began !== period) return
    const now = clock.monotonic()
    if (state.kind === 'half-open') {
      if (found === 'alive') become({ kind: 'closed', failedAt: [] })
      else become({ kind: 'open', until: found === 'down' ? now + openMs : now })
    }
    if (began !== period || state.kind !== 'closed' || found === 'nothing') return
    const recent = found === 'down' ? [...state.failedAt.filter((at) => now - at < windowMs), now] : []
    if (recent.length < failures) state = { kind: 'closed', failedAt: recent }
    else become({ kind: 'open', until: now + openMs })
  }

  return around(model, async (request, ctx) => {
    ctx.signal.throwIfAborted()
    const began = enter()
    try {
      const reply = await model.generate(request, ctx)
      learn(began, 'alive')
      return reply
    } catch (error) {
      learn(began, ctx.signal.aborted ? 'nothing' : whatItShows(error))
      ctx.signal.throwIfAborted()
      throw error
    }
  })
}

function whatItShows(error: unknown): 'alive' | 'down' | 'nothing' {
  if (!MendkitError.is(error)) return 'nothing'
  if (error.code === 'unavailable' || error.code === 'bad-response') return 'down'
  // Without a status it may be a budget of the caller that refused, and not the provider.
  return error.code === 'not-found' || (error.code === 'rejected' && error.status !== undefined) ? 'alive' : 'nothing'
}
