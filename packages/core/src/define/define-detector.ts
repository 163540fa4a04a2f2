import { z } from 'zod'
import type { AlertInput } from '../model/alert.ts'
import { once } from '../once.ts'
import type { Clock } from '../ports/clock.ts'
import type { CallContext } from '../ports/context.ts'
import type { Detector } from '../ports/detector.ts'
import { systemClock } from '../system/system-clock.ts'
import { type Duration, durationMs } from './duration.ts'
import { functionSchema, idSchema, readOptions } from './read-options.ts'

/** What `defineDetector` takes. */
export interface DetectorDefinition {
  readonly id: string
  /** From the start of one poll to the start of the next. */
  readonly every: Duration
  /** Everything that is wrong right now: an alert that is missing twice in a row has ended. */
  poll(ctx: CallContext): Promise<readonly AlertInput[]> | readonly AlertInput[]
  /** @default the id */
  readonly source?: string
  /** Cluster of alerts that name none. @default the only cluster that the integrations name, else `default` */
  readonly cluster?: string
  /** @default 'default' */
  readonly tenant?: string
  /** @default the machine's clock */
  readonly clock?: Clock
}

const shape = once(() =>
  z.strictObject({
    id: idSchema,
    every: z.union([z.string(), z.number()]),
    poll: functionSchema,
    source: z.string().min(1).optional(),
    cluster: z.string().min(1).optional(),
    tenant: z.string().min(1).optional(),
    clock: z.custom<Clock>().optional(),
  }),
)

/**
 * Turns a poll into a detector. Each poll is a complete batch, asked for at once and then every interval; a poll that
 * takes longer than the interval is followed by the next without a pause. Throws `config` for a wrong definition.
 */
export function defineDetector(definition: DetectorDefinition): Detector {
  readOptions('defineDetector', shape(), definition)
  const { id, source = id, cluster, tenant, clock = systemClock } = definition
  const everyMs = durationMs(definition.every, 'every')

  async function* alerts(ctx: CallContext) {
    while (!ctx.signal.aborted) {
      const askedAt = clock.now()
      const askedOn = clock.monotonic()
      const found = await definition.poll(ctx)
      if (ctx.signal.aborted) return
      const asOf = new Date(askedAt).toISOString()
      yield { source, complete: true, asOf, alerts: found, ...(cluster !== undefined && { cluster }) }
      await clock.sleep(Math.max(0, askedOn + everyMs - clock.monotonic()), ctx.signal)
    }
  }

  return { spec: 1, id, ...(tenant !== undefined && { tenant }), alerts: (ctx) => endQuietly(alerts(ctx), ctx.signal) }
}

/** An abort while polling or waiting is an end, not an error. */
async function* endQuietly<Item>(items: AsyncIterable<Item>, signal: AbortSignal): AsyncIterable<Item> {
  try {
    yield* items
  } catch (error) {
    if (!signal.aborted) throw error
  }
}
