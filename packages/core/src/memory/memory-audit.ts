import { emptyAuditHead } from '../audit/seal.ts'
import { tileWidth } from '../audit/tiles.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { checkCount, checkLimit } from './check-read.ts'
import type { MemoryState } from './memory-state.ts'

/** The audit log's own face of a store in memory. `begin` throws when the store is closed or the caller gave up. */
export function auditOf(state: MemoryState, begin: (ctx: CallContext) => unknown): AuditStore {
  return {
    async auditLogs({ after, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      const logs = [...state.tenants].flatMap(
        ([
          tenant,
          {
            auditHead: { size },
          },
        ]) => (size > 0 ? [{ tenant, size }] : []),
      )
      const sorted = logs.sort((left, right) => Buffer.compare(Buffer.from(left.tenant), Buffer.from(right.tenant)))
      const first = after === undefined ? 0 : sorted.findIndex(({ tenant }) => isAfter(tenant, after))
      return first < 0 ? [] : sorted.slice(first, first + limit)
    },
    async auditHead(tenant, ctx) {
      begin(ctx)
      return state.tenants.get(tenant)?.auditHead ?? emptyAuditHead
    },
    async readAudit({ tenant, from, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      return state.tenants.get(tenant)?.audit.slice(from, from + limit) ?? []
    },
    async lastAuditCheckpoint(tenant, ctx) {
      begin(ctx)
      return state.tenants.get(tenant)?.auditCheckpoints.at(-1)
    },
    async auditCheckpoints({ tenant, from, to = Number.MAX_SAFE_INTEGER, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      const all = state.tenants.get(tenant)?.auditCheckpoints ?? []
      const first = firstFrom(all, from)
      return all.slice(first, first + limit).filter(({ size }) => size <= to)
    },
    async auditTile({ tenant, level, index }, ctx) {
      begin(ctx)
      const hashes = state.tenants.get(tenant)?.auditHashes[level] ?? []
      return Buffer.concat(hashes.slice(index * tileWidth, (index + 1) * tileWidth))
    },
    async blobs(tenant, digests, ctx) {
      begin(ctx)
      checkCount('digests', digests)
      const blobs = state.tenants.get(tenant)?.blobs
      return [...new Set(digests)].flatMap((digest) => blobs?.get(digest) ?? [])
    },
  }
}

/** As databases compare bytes. */
function isAfter(tenant: string, after: string): boolean {
  return Buffer.compare(Buffer.from(tenant), Buffer.from(after)) > 0
}

/** Where the checkpoints of at least this size begin, by bisection. */
function firstFrom(all: readonly { readonly size: number }[], from: number): number {
  let [low, high] = [0, all.length]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if ((all[middle]?.size ?? from) < from) low = middle + 1
    else high = middle
  }
  return low
}
