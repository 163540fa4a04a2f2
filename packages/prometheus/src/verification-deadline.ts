import { type CallContext, readOptions } from '@mendkit/core'
import { prometheusClient } from './client.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { longestLookBackMs } from './look-back.ts'
import { connectionShape, milliseconds, options as optionsOf } from './options.ts'

/** Options of `verificationDeadlineFor`. */
export interface VerificationDeadlineOptions extends ConnectionOptions {
  /**
   * Milliseconds on top of the look-back, for evaluation, Alertmanager's grouping and the notification: at least the sum of
   * `evaluation_interval`, `group_interval` and the poll's interval, else a fix that helped is called one that did not.
   * @default 300_000
   */
  readonly clearingMarginMs?: number
}

/** The fields of `VerificationDeadlineOptions`. */
export const deadlineShape = { ...connectionShape, clearingMarginMs: milliseconds(1).optional() }
const deadlineOptions = optionsOf(deadlineShape)

/**
 * Makes the function that says how long a verification must be given before these alerts can have cleared, in milliseconds:
 * the longest range or `keep_firing_for` in their rules plus `clearingMarginMs`. It answers undefined when this Prometheus has no
 * rule of these names, and throws as any query does (`unavailable`, `rejected`, `bad-response`). Throws `config` at once for
 * wrong options.
 */
export function verificationDeadlineFor(
  options: VerificationDeadlineOptions,
): (alertnames: readonly string[], ctx: CallContext) => Promise<number | undefined> {
  readOptions('verificationDeadlineFor', deadlineOptions, options)
  const { clearingMarginMs: marginMs = 300_000 } = options
  const client = prometheusClient(openConnection('Prometheus', options))
  return async (alertnames, ctx) => {
    const lookBackMs = longestLookBackMs(await client.rules(ctx), alertnames)
    return lookBackMs === undefined ? undefined : lookBackMs + marginMs
  }
}
