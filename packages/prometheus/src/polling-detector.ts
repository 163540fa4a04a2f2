import { type AlertBatch, type AlertInput, type CallContext, type Detector, message } from '@mendkit/core'
import type { Connection, ConnectionOptions } from './connection.ts'
import { connectionShape, milliseconds, names, options as optionsOf, text } from './options.ts'
import type { Unreadable } from './parse-each.ts'
import { everyInterval } from './poll.ts'

/** Options of a detector that polls, beside the connection. */
export interface PollingDetectorOptions extends ConnectionOptions {
  /** Name of what is polled: the same as its webhook is given, or every alert is taken twice. */
  readonly source: string
  /** Cluster of alerts without a `cluster` label. @default the only cluster that the integrations name */
  readonly cluster?: string
  /** @default 'default' */
  readonly tenant?: string
  /** Milliseconds between polls. @default 15_000 */
  readonly intervalMs?: number
  /**
   * How long the server must have run before what it does not list counts as cleared, in milliseconds. After a restart
   * Alertmanager has no alerts and Prometheus has evaluated no rules. At least the time after which every alert that
   * still fires is there again. @default 300_000
   */
  readonly settledAfterMs?: number
}

/** The fields of `PollingDetectorOptions`. */
export const pollingOptions = optionsOf({
  ...connectionShape,
  ...names,
  source: text('a name for what is polled, the same for its webhook and its poll'),
  intervalMs: milliseconds(1).optional(),
  settledAfterMs: milliseconds(0).optional(),
})

/** What one poll learnt. */
export interface Listing {
  readonly alerts: readonly AlertInput[]
  readonly unreadable: readonly Unreadable[]
  /** How long the server had been running when it listed them, or longer. */
  readonly runningForMs: number
}

/**
 * A detector over `list`, by options that were checked. A batch is `complete` only when the server has run for
 * `settledAfterMs` and every alert could be read.
 */
export function pollingDetector(
  program: string,
  connection: Connection,
  options: PollingDetectorOptions,
  list: (ctx: CallContext) => Promise<Listing>,
): Detector {
  const { source, cluster, tenant, intervalMs = 15_000, settledAfterMs = 300_000 } = options

  async function poll(ctx: CallContext): Promise<AlertBatch> {
    const asOf = new Date().toISOString()
    const { alerts, unreadable, runningForMs } = await list(ctx)
    const [first] = unreadable
    if (first !== undefined) {
      ctx.log.warn(
        message`${connection.who} lists ${unreadable.length} alerts that cannot be read, first ${first.path}`,
      )
    }
    const complete = runningForMs >= settledAfterMs && unreadable.length === 0
    const from = { source, ...(cluster === undefined ? {} : { cluster }) }
    return { ...from, complete, asOf, alerts, unreadable: unreadable.length }
  }

  return {
    spec: 1,
    id: `${program.toLowerCase()}:${source}`,
    ...(tenant === undefined ? {} : { tenant }),
    alerts: (ctx) => everyInterval(intervalMs, poll, ctx),
  }
}
