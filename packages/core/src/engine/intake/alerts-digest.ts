import { sha256 } from '../../audit/seal.ts'
import type { Alert } from '../../model/alert.ts'

/** SHA-256 over the sorted ids of some alerts with their statuses: what an audit entry says of a storm. */
export function alertsDigest(alerts: readonly Pick<Alert, 'id' | 'status'>[]): string {
  return sha256(
    alerts
      .map(({ id, status }) => `${id} ${status}\n`)
      .sort()
      .join(''),
  )
}
