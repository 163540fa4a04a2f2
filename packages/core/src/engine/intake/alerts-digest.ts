import { sha256 } from '../../audit/seal.ts'
import type { Alert } from '../../model/alert.ts'

/** SHA-256 over the sorted ids of some alerts with their statuses: what an audit entry says of a storm. */
export function alertsDigest(alerts: readonly Pick<Alert, 'id' | 'status'>[]): string {
  const sorted = alerts.toSorted((one, other) => (one.id < other.id ? -1 : 1))
  return sha256(sorted.map(({ id, status }) => `${id} ${status}\n`).join(''))
}
