import type { AuditHead } from '@mendkit/core'
import { parseAuditHead } from './parse-rows.ts'
import type { Database } from './tables.ts'

/** Where a tenant's log ends. */
export async function readAuditHead(db: Database, tenant: string): Promise<AuditHead> {
  return parseAuditHead(tenant, await auditHeadOf(db, tenant).executeTakeFirst())
}

/** The epoch is read with every head: a host may have been open since before its database was restored under it. */
export function auditHeadOf(db: Database, tenant: string) {
  return db
    .selectFrom('mendkit_log_epoch as of')
    .leftJoin('mendkit_audit_head as head', (join) => join.on('head.tenant', '=', tenant))
    .select(['head.size', 'head.last', 'head.frontier', 'head.log_key', 'of.epoch', 'of.diverged'])
    .where('of.id', '=', 1)
}
