import type { AnchorStatus, Phase } from '@mendkit/core'
import type { PendingCommand } from '../../store/pending-commands.ts'
import type { EngineStart } from './engine-start.ts'

/** How things stand, as `--json` prints it. */
export interface Status {
  readonly database: string
  /** Whether it is older than its anchors: hosts read it, and write and do nothing until `mendkit recover`. */
  readonly diverged: boolean
  readonly tenant: string
  /** Incidents in each phase that has any, each counted up to 10,000. */
  readonly incidents: Readonly<Partial<Record<Phase, number>>>
  readonly openApprovals: number
  readonly unfinishedExecutions: number
  /** What people told that no host has carried out yet: how many, and the oldest five. */
  readonly pendingCommands: { readonly count: number; readonly oldest: readonly PendingCommand[] }
  /** Null while effects may begin. */
  readonly paused: { readonly by: string; readonly at: string } | null
  readonly failedNotices: { readonly count: number; readonly newest: readonly string[] }
  readonly audit: { readonly size: number; readonly last: string }
  /** How far the log is anchored in each sink, as the hosts noted it down. */
  readonly anchors: readonly AnchorStatus[]
  /** The newest start of a host that the log tells of; null when there was none among its newest entries. */
  readonly engine: EngineStart | null
}
