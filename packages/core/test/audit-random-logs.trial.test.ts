import { memoryState, verifyAudit } from '@mendkit/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  change,
  ctx,
  grow,
  newKey,
  nextSigner,
  oldKey,
  openLog,
  rotation,
  signer,
  tenant,
} from './support/signed-log.ts'

test('verification tells no false alarm of 1,000 random logs, signed or not, rotated or not, from any of their checkpoints', async () => {
  const groups = fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 8 })
  const log = fc.record({ unsigned: groups, signed: groups, rotated: fc.boolean(), after: groups, from: fc.nat(20) })
  await fc.assert(
    fc.asyncProperty(log, async ({ unsigned, signed, rotated, after, from }) => {
      const state = memoryState()
      await grow(await openLog(state, {}), ...unsigned)
      const store = await openLog(state, { signer, nextSigner })
      await grow(store, ...signed)
      const canRotate = rotated && signed.length > 0
      if (canRotate) await store.commit(change([rotation]), ctx)
      await grow(store, ...after)
      const isSigned = signed.length + after.length > 0
      // Whoever knows the old key or the new one alone finds the whole log good; an unsigned one is judged by nobody.
      for (const trust of isSigned ? [[oldKey], ...(canRotate ? [[newKey], [newKey, oldKey]] : [])] : [[]]) {
        const found = await verifyAudit(store, tenant, { trust }, ctx)
        expect([found.findings, found.signed]).toEqual([[], isSigned])
      }
      const notes = await store.auditCheckpoints({ tenant, from: 0, limit: 1_000 }, ctx)
      const note = notes[from % Math.max(1, notes.length)]?.note
      if (note === undefined) return
      const trust = [oldKey, newKey]
      const found = await verifyAudit(store, tenant, { trust, from: note, anchors: notes.map((one) => one.note) }, ctx)
      expect([found.findings, found.signed, found.anchoredEntries]).toEqual([[], true, notes.at(-1)?.size])
    }),
    { numRuns: 1_000, seed: 4 },
  )
}, 120_000)
