import type { MemoryState } from '@mendkit/core'
import type { LogRows } from '@mendkit/testkit'

/** What a state holds of a tenant's log, one hash a tile part. The lists are copies. */
export function logRowsOf(state: MemoryState, tenant: string): LogRows {
  const of = tenantOf(state, tenant)
  return {
    head: of.auditHead,
    entries: [...of.audit],
    checkpoints: [...of.auditCheckpoints],
    tiles: of.auditHashes.flatMap((stored, level) => stored.map((hashes, start) => ({ tenant, level, start, hashes }))),
    blobs: [...of.blobs.values()],
  }
}

/** Puts these rows in place of what the state holds of the log, behind the store's back. */
export function rewriteLog(state: MemoryState, tenant: string, rows: LogRows): void {
  const of = tenantOf(state, tenant)
  const levels: Uint8Array[][] = of.auditHashes.map(() => [])
  for (const { level, start, hashes } of rows.tiles) {
    const stored = levels[level] ?? []
    levels[level] = stored
    // Behind hashes that are gone, no others can be read.
    if (start > stored.length) continue
    for (let at = 0; at < hashes.length; at += 32) stored.push(hashes.subarray(at, at + 32))
  }
  of.audit.splice(0, Number.POSITIVE_INFINITY, ...rows.entries)
  of.auditCheckpoints.splice(0, Number.POSITIVE_INFINITY, ...rows.checkpoints)
  of.auditHashes.splice(0, Number.POSITIVE_INFINITY, ...levels)
  of.auditHead = rows.head
  of.blobs.clear()
  for (const blob of rows.blobs) of.blobs.set(blob.digest, blob)
}

function tenantOf(state: MemoryState, tenant: string) {
  const of = state.tenants.get(tenant)
  if (of === undefined) throw new Error(`${tenant} has no log`)
  return of
}
