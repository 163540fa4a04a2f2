import { type AuditDraft, assertWritable, type LogKeys, sealEntries } from '@mendkit/core'
import { parseAuditHead } from './parse-rows.ts'
import type { Statements } from './statements.ts'
import type { Database } from './tables.ts'

/**
 * Appends entries as the last act of a transaction; answers the `seq` of the first. The head is compared and swapped, so
 * that two transactions can never append at the same place. Throws `config` when the log's key is not among those given, or the
 * database is older than its anchors.
 */
export async function appendAudit(
  db: Database,
  statements: Statements,
  tenant: string,
  drafts: readonly AuditDraft[],
  keys: LogKeys,
): Promise<number> {
  const found = await statements.findAuditHead(db, [tenant, 1])
  const before = parseAuditHead(tenant, found.rows[0])
  if (drafts.length === 0) {
    assertWritable(tenant, before)
    return before.size
  }
  const { records, tiles, checkpoint, head } = sealEntries(tenant, before, drafts, keys)
  const after = {
    size: head.size,
    last: head.last,
    frontier: Buffer.from(head.frontier.join(''), 'hex'),
    log_key: head.key ?? null,
  }
  const addition = { tenant, sizeBefore: before.size, records, tiles, checkpoint, head: after }
  if (!(await statements.appendLog(db, addition))) {
    throw new Error(`the audit log of ${tenant} moved during the transaction`)
  }
  return before.size
}
