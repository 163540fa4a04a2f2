import { z } from 'zod'
import { functionSchema, readOptions } from '../define/read-options.ts'
import { once } from '../once.ts'
import type { Clock, Random } from '../ports/clock.ts'
import type { LanguageModel } from '../ports/language-model.ts'
import type { Telemetry } from '../ports/telemetry.ts'
import { type CircuitBreakerOptions, circuitBreaker } from './circuit-breaker.ts'
import { type ConcurrencyLimitOptions, concurrencyLimit } from './concurrency-limit.ts'
import { type DeadlineOptions, deadline } from './deadline.ts'
import { describedInText } from './described-in-text.ts'
import { clockOption, modelOption, randomOption } from './option-fields.ts'
import { type RetryOptions, retrying } from './retrying.ts'
import { traced } from './traced.ts'

/** What stands around a model; each part has its own defaults. */
export interface ModelStackOptions {
  readonly retry?: Omit<RetryOptions, 'clock' | 'random'>
  readonly concurrency?: Omit<ConcurrencyLimitOptions, 'clock'>
  readonly breaker?: Omit<CircuitBreakerOptions, 'clock'>
  readonly deadline?: Omit<DeadlineOptions, 'clock'>
  /** @default no spans and no measurements */
  readonly telemetry?: Telemetry
  /** @default the machine's clock */
  readonly clock?: Clock
  /** @default chance of the operating system */
  readonly random?: Random
}

/** What a part takes is checked by the part. */
const part = z.looseObject({}).exactOptional()
const shape = once(() =>
  z.strictObject({
    model: modelOption,
    retry: part,
    concurrency: part,
    breaker: part,
    deadline: part,
    telemetry: z.looseObject({ span: functionSchema }).exactOptional(),
    clock: clockOption.exactOptional(),
    random: randomOption.exactOptional(),
  }),
)

/**
 * The composition for one model that we recommend. From the outside: descriptions in words for what it cannot do, retries, a
 * limit of calls at once, a circuit breaker, spans, a deadline. So a retry waits without holding a place, a call that waits for its place
 * costs no time of its deadline, what the breaker refuses is no span, and a deadline counts as a failure of the model. Put
 * several such stacks into `fallback`. Throws `config` with the path of a wrong option.
 */
export function modelStack(model: LanguageModel, options: ModelStackOptions = {}): LanguageModel {
  readOptions('modelStack', shape(), { model, ...options })
  const { clock, random, telemetry } = options
  const time = clock && { clock }
  const limited = deadline(model, { ...options.deadline, ...time })
  const seen = telemetry === undefined ? limited : traced(limited, telemetry, { ...time })
  const broken = circuitBreaker(seen, { ...options.breaker, ...time })
  const shared = concurrencyLimit(broken, { ...options.concurrency, ...time })
  return describedInText(retrying(shared, { ...options.retry, ...time, ...(random && { random }) }))
}
