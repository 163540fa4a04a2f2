import { type AuditHead, type AuditStore, type CallContext, silentLogger } from '@mendkit/core'
import type { Access } from '../access.ts'
import { readAuditHead } from '../audit-head.ts'
import { auditReads } from '../read-audit.ts'
import type { Database } from '../tables.ts'

/** A context for reads that nobody gives up, unless a signal says so. */
export function patiently(signal: AbortSignal = new AbortController().signal): CallContext {
  return { signal, log: silentLogger }
}

/** The audit logs as one connection sees them, within its transaction. */
export function auditOf(db: Database): AuditStore {
  const now = () => Promise.reject(new Error('the logs are read without asking for the time'))
  const access: Access['write'] = (_ctx, _scope, query) => query(db, now)
  return auditReads({ read: access, write: access })
}

/** The heads of all logs, by tenant. Throws `corrupt` for one that cannot be read. */
export async function auditHeads(db: Database): Promise<readonly (readonly [tenant: string, head: AuditHead])[]> {
  const rows = await db.selectFrom('mendkit_audit_head').select('tenant').orderBy('tenant').execute()
  const heads: (readonly [string, AuditHead])[] = []
  for (const { tenant } of rows) heads.push([tenant, await readAuditHead(db, tenant)])
  return heads
}
