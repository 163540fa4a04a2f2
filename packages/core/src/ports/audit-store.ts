import type { AuditHead, AuditRecord, Blob } from '../model/audit-entry.ts'
import type { CallContext } from './context.ts'

/** The audit log's own face of a store: reads only. There is no update and no delete. */
export interface AuditStore {
  /** Where the tenant's log ends; the empty head for a tenant that has none. */
  auditHead(tenant: string, ctx: CallContext): Promise<AuditHead>
  /** Entries with `seq >= from`, in order, at most `limit` (at most 1,000). */
  readAudit(
    query: { readonly tenant: string; readonly from: number; readonly limit: number },
    ctx: CallContext,
  ): Promise<readonly AuditRecord[]>
  /** Blobs by digest, in no order; erased or unknown ones are left out. At most 1,000 digests. */
  blobs(tenant: string, digests: readonly string[], ctx: CallContext): Promise<readonly Blob[]>
}
