import { type AuditDraft, type AuditHead, assertWritable, type LogKeys, sealEntries } from '@mendkit/core'
import { parseAuditHead } from './parse-rows.ts'
import type { Statements } from './statements.ts'
import type { Database } from './tables.ts'

/** Where a tenant's log ends. */
export async function readAuditHead(db: Database, tenant: string): Promise<AuditHead> {
  // The epoch is read with every head: a host may have been open since before its database was restored under it.
  const row = await db
    .selectFrom('mendkit_log_epoch as of')
    .leftJoin('mendkit_audit_head as head', (join) => join.on('head.tenant', '=', tenant))
    .select(['head.size', 'head.last', 'head.frontier', 'head.log_key', 'of.epoch', 'of.diverged'])
    .where('of.id', '=', 1)
    .executeTakeFirst()
  return parseAuditHead(tenant, row)
}

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
  const before = await readAuditHead(db, tenant)
  if (drafts.length === 0) {
    assertWritable(tenant, before)
    return before.size
  }
  const { records, tiles, checkpoint, head } = sealEntries(tenant, before, drafts, keys)
  await statements.appendAudit(db, records)
  await statements.appendTiles(db, tiles)
  if (checkpoint !== undefined) await statements.appendCheckpoint(db, [checkpoint])
  const after = {
    size: head.size,
    last: head.last,
    frontier: Buffer.from(head.frontier.join(''), 'hex'),
    log_key: head.key ?? null,
  }
  if (before.size === 0) {
    await db
      .insertInto('mendkit_audit_head')
      .values({ tenant, ...after })
      .execute()
    return before.size
  }
  const { numUpdatedRows } = await db
    .updateTable('mendkit_audit_head')
    .set(after)
    .where('tenant', '=', tenant)
    .where('size', '=', before.size)
    .executeTakeFirst()
  if (Number(numUpdatedRows) !== 1) throw new Error(`the audit log of ${tenant} moved during the transaction`)
  return before.size
}
