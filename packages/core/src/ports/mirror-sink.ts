import type { AuditRecord } from '../model/audit-entry.ts'
import type { MendkitEvent } from '../model/event.ts'
import type { CallContext } from './context.ts'

/** An entry on its way to another system: its exact bytes, and what they say, with its texts joined. */
export interface MirroredEntry extends AuditRecord {
  readonly event: MendkitEvent
}

/** Entries of one tenant's log, without a gap and in order; at least one. */
export interface MirrorBatch {
  readonly tenant: string
  readonly entries: readonly MirroredEntry[]
}

/**
 * Takes the audit log to another system, such as a SIEM. The engine follows the log with a cursor that it stores, and sends
 * every entry at least once: after a failure, and after a host that died in between, some come again. `tenant`, `seq` and the
 * bytes tell a double from another entry.
 */
export interface MirrorSink {
  readonly spec: 1
  /** Names the cursor too: under another id the log is sent from its first entry on. */
  readonly id: string
  /** How many entries one batch may hold, 1 to 1,000. @default 100 */
  readonly maxEntries?: number
  /**
   * Resolves when the receiver has all entries for good; what was resolved is not sent again unless the cursor could not be
   * stored. Whatever it throws, the batch stays where it is and is sent again after a wait, `retryAfterMs` of the error at least:
   * nothing is ever left out. It is called for one batch at a time.
   */
  write(batch: MirrorBatch, ctx: CallContext): Promise<void>
}
