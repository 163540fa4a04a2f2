import { type AuditDraft, type AuditHead, emptyAuditHead, sealEntries } from '@mendkit/core'
import { parseAuditHead } from './parse-rows.ts'
import type { Statements } from './statements.ts'
import type { Database } from './tables.ts'

/** Where a tenant's log ends. */
export async function readAuditHead(db: Database, tenant: string): Promise<AuditHead> {
  const head = await db
    .selectFrom('mendkit_audit_head')
    .select(['size', 'last'])
    .where('tenant', '=', tenant)
    .executeTakeFirst()
  return head === undefined ? emptyAuditHead : parseAuditHead(tenant, head)
}

/**
 * Appends entries as the last act of a transaction; answers the `seq` of the first. The head is compared and swapped, so
 * that two transactions can never append at the same place.
 */
export async function appendAudit(
  db: Database,
  statements: Statements,
  tenant: string,
  drafts: readonly AuditDraft[],
): Promise<number> {
  const before = await readAuditHead(db, tenant)
  if (drafts.length === 0) return before.size
  const { records, head } = sealEntries(tenant, before, drafts)
  await statements.appendAudit(db, records)
  if (before.size === 0) {
    await db.insertInto('mendkit_audit_head').values({ tenant, size: head.size, last: head.last }).execute()
    return before.size
  }
  const { numUpdatedRows } = await db
    .updateTable('mendkit_audit_head')
    .set({ size: head.size, last: head.last })
    .where('tenant', '=', tenant)
    .where('size', '=', before.size)
    .executeTakeFirst()
  if (Number(numUpdatedRows) !== 1) throw new Error(`the audit log of ${tenant} moved during the transaction`)
  return before.size
}
