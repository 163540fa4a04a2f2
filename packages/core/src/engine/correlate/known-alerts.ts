import type { Alert } from '../../model/alert.ts'
import type { RecordedChange } from '../../model/evidence.ts'
import type { AlertKey } from '../../ports/correlator.ts'
import { understandKeys } from '../answers/alert-keys.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { type PlacedKey, placeKey } from './place-key.ts'
import type { Resolution } from './resolve-resource.ts'

/** An alert with all that correlation needs to know about it. */
export interface KnownAlert {
  /** With resource and topmost owner, where they are known. */
  readonly alert: Alert
  readonly keys: readonly PlacedKey[]
  /**
   * Whether it ties alerts and opens incidents. One that is only suppressed does not: it joins an incident that holds one
   * of its keys, and waits for its own firing otherwise.
   */
  readonly ties: boolean
}

/** Computes the keys of an alert, from what was found out about its resource and the changes that may be a cause. */
export function knowAlert(
  parts: Parts,
  before: Alert,
  found: Resolution,
  changes: readonly RecordedChange[],
): KnownAlert {
  const { resource: _resource, topmost: _topmost, ...rest } = before
  const alert: Alert = found.kind === 'resolved' ? { ...rest, resource: found.resource, topmost: found.topmost } : rest
  const at = Date.parse(alert.startsAt)
  const keys = keysOf(parts, alert, changes).map((key) => placeKey(key, at))
  const lasting = keys.some(({ time }) => time === undefined)
  const own: readonly PlacedKey[] = lasting ? [] : [{ stored: `alert:${alert.id}`, because: 'same alert', at }]
  return { alert, keys: unique([...keys, ...own]), ties: alert.status !== 'suppressed' }
}

/** What the correlators say; one that throws is logged and counted, and says nothing about this alert. */
export function keysOf(parts: Parts, alert: Alert, changes: readonly RecordedChange[]): readonly AlertKey[] {
  return parts.correlators.flatMap((correlator) => {
    try {
      const { keys, wrong } = understandKeys(`correlator ${correlator.id}`, correlator.keys(alert, changes))
      if (wrong > 0) parts.metrics.count('mendkit_correlator_failures_total', { correlator: 'key' }, wrong)
      return keys
    } catch (error) {
      parts.metrics.count('mendkit_correlator_failures_total', { correlator: correlator.id })
      parts.log.warn(describeFailure(`correlator ${correlator.id} failed for alert ${alert.id}`, error))
      return []
    }
  })
}

function unique(keys: readonly PlacedKey[]): readonly PlacedKey[] {
  return [...new Map(keys.map((key) => [key.stored, key])).values()]
}
