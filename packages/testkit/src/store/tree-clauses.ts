import { strict as assert } from 'node:assert'
import {
  emptyAuditHead,
  MendkitError,
  type Store,
  sealEntries,
  verifierKeyOf,
  verifierKeyText,
  verifyAudit,
} from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { testSigner } from './log-key.ts'
import { aDraft, tenant } from './rows.ts'
import { commit, committed } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()
const signer = testSigner()
const nextSigner = testSigner(2)
const trust = [verifierKeyText(verifierKeyOf(signer))]

async function sizes(store: Store, from: number, to?: number, limit = 1_000): Promise<readonly number[]> {
  const found = await store.auditCheckpoints({ tenant, from, limit, ...(to !== undefined && { to }) }, ctx)
  return found.map(({ size }) => size)
}

const drafts = (count: number, from = 0) => Array.from({ length: count }, (_, index) => aDraft(from + index))

/** The tree over the log, and who signs it. */
export const treeClauses: Contract<StoreSubject> = [
  {
    says: 'keeps the tree of a log that nobody signs, and no checkpoint',
    async check(make) {
      const { store } = await make()
      assert.deepEqual([...(await store.auditTile({ tenant, level: 0, index: 0 }, ctx))], [])
      await committed(store, { audit: drafts(2) })
      await committed(store, { audit: drafts(300, 2) })
      const { tiles } = sealEntries(tenant, emptyAuditHead, drafts(302))
      const hashes = await Promise.all(
        [0, 1, 2].map(async (index) => Buffer.from(await store.auditTile({ tenant, level: 0, index }, ctx))),
      )
      assert.deepEqual(
        hashes.map(({ length }) => length),
        [256 * 32, 46 * 32, 0],
      )
      const leaves = tiles.filter(({ level }) => level === 0).map((part) => part.hashes)
      assert.ok(Buffer.concat(hashes).equals(Buffer.concat(leaves)))
      const above = await store.auditTile({ tenant, level: 1, index: 0 }, ctx)
      assert.ok(tiles.some(({ level, hashes: kept }) => level === 1 && Buffer.compare(kept, above) === 0))
      assert.deepEqual(await store.lastAuditCheckpoint(tenant, ctx), undefined)
      assert.deepEqual(await sizes(store, 0), [])
      const found = await verifyAudit(store, tenant, {}, ctx)
      assert.deepEqual([found.findings, found.signed, found.entries], [[], false, 302])
    },
  },
  {
    says: 'signs one checkpoint for each group of changes that adds entries, and finds them by size',
    async check(make) {
      const { another } = await make()
      const store = await another({ signer })
      await committed(store, { audit: drafts(3) })
      await committed(store, {})
      await Promise.all([3, 4, 5].map((mark) => committed(store, { audit: drafts(1, mark) })))
      await committed(store, { audit: drafts(2, 6) })
      assert.deepEqual(await sizes(store, 0), [3, 6, 8])
      assert.deepEqual(
        [await sizes(store, 4), await sizes(store, 3, 6), await sizes(store, 0, 9, 1)],
        [[6, 8], [3, 6], [3]],
      )
      assert.equal((await store.lastAuditCheckpoint(tenant, ctx))?.size, 8)
      assert.equal(await store.lastAuditCheckpoint('globex', ctx), undefined)
      const found = await verifyAudit(store, tenant, { trust }, ctx)
      assert.deepEqual([found.findings, found.signed], [[], true])
    },
  },
  {
    says: 'signs a log that was begun without a key, and takes no more entries without it or with another one',
    async check(make) {
      const { store, another } = await make()
      await committed(store, { audit: drafts(2) })
      const signing = await another({ signer })
      await committed(signing, { audit: drafts(1, 2) })
      for (const other of [await another(), await another({ signer: nextSigner }), await another({ nextSigner })]) {
        await assert.rejects(commit(other, { audit: drafts(1) }), (error) => MendkitError.is(error, 'config'))
        await committed(other, { put: [{ kind: 'counter', name: 'c', add: 1 }] })
        // What the log refuses costs nothing that was committed with it.
        const both = await Promise.allSettled([
          commit(other, { audit: drafts(1), put: [{ kind: 'counter', name: 'refused', add: 1 }] }),
          committed(other, { put: [{ kind: 'counter', name: 'c', add: 1 }] }),
        ])
        assert.deepEqual(
          both.map(({ status }) => status),
          ['rejected', 'fulfilled'],
        )
        assert.equal((await other.readAudit({ tenant, from: 0, limit: 10 }, ctx)).length, 3)
      }
      assert.deepEqual([await store.counter(tenant, 'c', ctx), await store.counter(tenant, 'refused', ctx)], [6, 0])
      await committed(await another({ signer: nextSigner, nextSigner: signer }), { audit: drafts(1, 3) })
      assert.deepEqual((await verifyAudit(store, tenant, { trust }, ctx)).findings, [])
    },
  },
  {
    says: 'changes the key by an entry that both keys sign, and by nothing else',
    async check(make) {
      const { another } = await make()
      const old = await another({ signer })
      await committed(old, { audit: drafts(2) })
      const [from, to] = [verifierKeyOf(signer), verifierKeyOf(nextSigner)]
      const data = { from: from.id, to: to.id, verifierKey: verifierKeyText(to) }
      const rotation = { ...aDraft(), type: 'log-key-rotated', data } as const
      await assert.rejects(commit(old, { audit: [rotation] }), (error) => MendkitError.is(error, 'config'))
      const both = await another({ signer, nextSigner })
      await committed(both, { audit: [rotation] })
      await assert.rejects(commit(old, { audit: drafts(1) }), (error) => MendkitError.is(error, 'config'))
      await committed(both, { audit: drafts(1, 3) })
      await committed(await another({ signer: nextSigner }), { audit: drafts(1, 4) })
      for (const key of [from, to]) {
        const found = await verifyAudit(both, tenant, { trust: [verifierKeyText(key)] }, ctx)
        assert.deepEqual([found.findings, found.signed, found.entries], [[], true, 5])
      }
    },
  },
]
