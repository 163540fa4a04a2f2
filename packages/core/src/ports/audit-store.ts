import type { AuditCheckpoint, AuditHead, AuditRecord, Blob } from '../model/audit-entry.ts'
import type { CallContext } from './context.ts'

/** The audit log's own face of a store: reads only. There is no update and no delete. */
export interface AuditStore {
  /**
   * The logs that hold an entry, by tenant, of tenants greater than `after`, at most `limit` (at most 1,000). Of all tenants;
   * only the engine's own sweeps read it.
   */
  auditLogs(
    query: { readonly after?: string; readonly limit: number },
    ctx: CallContext,
  ): Promise<readonly { readonly tenant: string; readonly size: number }[]>
  /** Where the tenant's log ends; the empty head for a tenant that has none. */
  auditHead(tenant: string, ctx: CallContext): Promise<AuditHead>
  /** Entries with `seq >= from`, in order, at most `limit` (at most 1,000). */
  readAudit(
    query: { readonly tenant: string; readonly from: number; readonly limit: number },
    ctx: CallContext,
  ): Promise<readonly AuditRecord[]>
  /** The checkpoint of the most entries; undefined for a log that nobody has signed. */
  lastAuditCheckpoint(tenant: string, ctx: CallContext): Promise<AuditCheckpoint | undefined>
  /** Checkpoints with `from <= size`, and `size <= to` where it is given, by size, at most `limit` (at most 1,000). */
  auditCheckpoints(
    query: { readonly tenant: string; readonly from: number; readonly to?: number; readonly limit: number },
    ctx: CallContext,
  ): Promise<readonly AuditCheckpoint[]>
  /**
   * The hashes of a tile, 32 bytes each: 256 of a full one, fewer of the last of its level, none of one that is not begun.
   * The tile of level L and index N holds the roots of the subtrees of 256^L entries from number 256 × N.
   */
  auditTile(
    query: { readonly tenant: string; readonly level: number; readonly index: number },
    ctx: CallContext,
  ): Promise<Uint8Array>
  /** Blobs by digest, in no order; erased or unknown ones are left out. At most 1,000 digests. */
  blobs(tenant: string, digests: readonly string[], ctx: CallContext): Promise<readonly Blob[]>
}
