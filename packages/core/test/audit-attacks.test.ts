import { memoryState, storeOverMemory } from '@mendkit/core'
import {
  type AttackedStore,
  attackedLogKeys,
  auditAttackContract,
  callContext,
  holdsTo,
  virtualClock,
} from '@mendkit/testkit'
import { test } from 'vitest'

async function subject(): Promise<AttackedStore> {
  const state = memoryState()
  const store = storeOverMemory(state, { id: 'memory', durable: false })
  await store.open({ clock: virtualClock(), ...attackedLogKeys }, callContext())
  return {
    store,
    async rewrite(tenant, change) {
      const of = state.tenants.get(tenant)
      if (of === undefined) throw new Error(`${tenant} has no log`)
      const tiles = of.auditHashes.flatMap((hashes, level) =>
        hashes.map((hash, start) => ({ tenant, level, start, hashes: hash })),
      )
      const rows = change({
        head: of.auditHead,
        entries: of.audit,
        checkpoints: of.auditCheckpoints,
        tiles,
        blobs: [...of.blobs.values()],
      })
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
    },
  }
}

holdsTo(test, 'a log in memory', auditAttackContract, subject)
