import type { CallContext } from '@mendkit/core'
import { prometheusClient } from './client.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { longestLookBackMs } from './look-back.ts'

/** Time on top of the look-back: evaluation, Alertmanager's grouping, and the notification. */
const marginMs = 5 * 60_000

/**
 * Makes the function that says how long a verification must be given before these alerts can have cleared, in milliseconds:
 * the longest range or `keep_firing_for` in their rules plus five minutes. It answers undefined when this Prometheus has no
 * rule of these names, and throws as any query does (`unavailable`, `rejected`, `bad-response`).
 */
export function verificationDeadlineFor(
  options: ConnectionOptions,
): (alertnames: readonly string[], ctx: CallContext) => Promise<number | undefined> {
  const client = prometheusClient(openConnection('Prometheus', options))
  return async (alertnames, ctx) => {
    const lookBackMs = longestLookBackMs(await client.rules(ctx), alertnames)
    return lookBackMs === undefined ? undefined : lookBackMs + marginMs
  }
}
