import type { ServerPaths } from '../build/find-servers.ts'
import type { Watchdog } from '../machine/watchdog.ts'

/** What every server of one testbed shares. */
export interface Machine {
  /** Folder of this testbed: data, configuration and logs. */
  readonly folder: string
  readonly paths: ServerPaths
  readonly watchdog: Watchdog
}
