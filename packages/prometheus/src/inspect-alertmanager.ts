import { type AlertInput, type CallContext, readOptions } from '@mendkit/core'
import { alertmanagerVersion, listAlerts } from './alertmanager-api.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { connectionShape, options as optionsOf } from './options.ts'

/** What a look at an Alertmanager showed. */
export interface AlertmanagerInspection {
  /** Its version; absent where it does not say. */
  readonly version?: string
  /** All alerts that it holds now: firing, silenced and inhibited. */
  readonly alerts: readonly AlertInput[]
  /** How many more it lists that cannot be read. */
  readonly unreadable: number
}

/**
 * Asks an Alertmanager once who it is and which alerts it holds. Reads only. Throws `unavailable`, `rejected` or
 * `bad-response` like the detector, and `config` for wrong options.
 */
export async function inspectAlertmanager(
  options: ConnectionOptions,
  ctx: CallContext,
): Promise<AlertmanagerInspection> {
  readOptions('inspectAlertmanager', optionsOf(connectionShape), options)
  const connection = openConnection('Alertmanager', options)
  const version = await alertmanagerVersion(connection, ctx)
  const { alerts, unreadable } = await listAlerts(connection, ctx)
  return {
    ...(version === undefined ? {} : { version }),
    alerts: alerts.map(({ input }) => input),
    unreadable: unreadable.length,
  }
}
