import { MendkitError } from '../errors.ts'
import type { AuditHead } from '../model/audit-entry.ts'
import type { AuditDraft } from '../model/event.ts'
import { message } from '../redact/message.ts'

/**
 * The epoch that the log is in with these drafts. A log that is older than its anchors takes one draft only, the one that opens
 * the next epoch: whatever was signed of it may tell of other entries at the very places that it would write to. Throws
 * `config`.
 */
export function epochWith(tenant: string, head: AuditHead, drafts: readonly AuditDraft[]): number {
  const { epoch = 1, diverged } = head
  const opening = drafts.find((draft) => draft.type === 'log-epoch-opened')
  if (diverged === undefined && opening === undefined) return epoch
  if (diverged && drafts.length === 1 && opening?.data.epoch === epoch + 1) return epoch + 1
  if (diverged) throw divergedError(tenant)
  const says = 'is not older than its anchors, so its origin goes on as it is'
  throw new MendkitError('config', message`the audit log of tenant ${tenant} ${says}`)
}

/** Why nothing is written to a database that is older than its anchors. */
export function divergedError(tenant: string): MendkitError {
  const says =
    'is DIVERGED: it was restored from a backup that is older than an anchor, so it is read-only and nothing is done about incidents'
  const todo = 'restore a newer backup, or accept the loss with `mendkit recover`'
  return new MendkitError('config', message`the database of tenant ${tenant} ${says}; ${todo}`)
}

/** Throws `config` for a log that takes no entries, and so no changes, until it has recovered. */
export function assertWritable(tenant: string, { diverged }: Pick<AuditHead, 'diverged'>): void {
  if (diverged) throw divergedError(tenant)
}
