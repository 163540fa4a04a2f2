import { strict as assert } from 'node:assert'
import { emptyAuditHead, type Redacted, type Store, sealEntries, sha256, verifyAudit } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aBlob, aDraft, aSetting, tenant } from './rows.ts'
import { commit, committed, conflicted } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()

/** Throws unless the log is contiguous from 0, chained by `prev`, and ends where its head says; answers its size. */
export async function verifyLog(store: Store, of = tenant): Promise<number> {
  let { size, last } = emptyAuditHead
  for (;;) {
    const page = await store.readAudit({ tenant: of, from: size, limit: 1_000 }, ctx)
    for (const record of page) {
      assert.equal(record.seq, size)
      assert.equal(record.tenant, of)
      const entry = JSON.parse(new TextDecoder().decode(record.bytes)) as Record<string, unknown>
      assert.deepEqual([entry['log'], entry['seq'], entry['prev']], [of, size, last])
      last = sha256(record.bytes)
      size += 1
    }
    if (page.length < 1_000) break
  }
  const head = await store.auditHead(of, ctx)
  assert.deepEqual([head.size, head.last], [size, last])
  assert.deepEqual((await verifyAudit(store, of, {}, ctx)).findings, [])
  return size
}

/** The audit log and the blobs beside it. */
export const auditClauses: Contract<StoreSubject> = [
  {
    says: 'gives an empty log its head',
    async check(make) {
      const { store } = await make()
      assert.deepEqual(await store.auditHead(tenant, ctx), emptyAuditHead)
      assert.deepEqual(await store.readAudit({ tenant, from: 0, limit: 10 }, ctx), [])
    },
  },
  {
    says: 'lists the logs of all tenants that hold an entry, page by page, each with its size',
    async check(make) {
      const { store } = await make()
      assert.deepEqual(await store.auditLogs({ limit: 10 }, ctx), [])
      await committed(store, { audit: [aDraft(1), aDraft(2)] })
      await committed(store, { put: [{ kind: 'counter', name: 'c', add: 1 }] })
      for (const each of ['a', 'Z', 'é']) {
        await store.commit({ tenant: each, expect: [], put: [], audit: [aDraft(3)] }, ctx)
      }
      const all = await store.auditLogs({ limit: 10 }, ctx)
      assert.deepEqual(
        all.map(({ tenant: of, size }) => [of, size]),
        [
          ['Z', 1],
          ['a', 1],
          [tenant, 2],
          ['é', 1],
        ],
      )
      const first = await store.auditLogs({ limit: 2 }, ctx)
      const rest = await store.auditLogs({ after: first.at(-1)?.tenant ?? '', limit: 2 }, ctx)
      assert.deepEqual([...first, ...rest], all)
      assert.deepEqual(await store.auditLogs({ after: 'é', limit: 2 }, ctx), [])
    },
  },
  {
    says: 'appends the entries of a change in order, with exactly the bytes of sealEntries',
    async check(make) {
      const { store } = await make()
      const drafts = [aDraft(1), aDraft(2), aDraft(3)]
      assert.deepEqual(await committed(store, { audit: drafts.slice(0, 2) }), [0, 1])
      assert.deepEqual(await committed(store, { audit: drafts.slice(2) }), [2])
      assert.deepEqual(await committed(store, {}), [])
      const { records, head } = sealEntries(tenant, emptyAuditHead, drafts)
      const read = await store.readAudit({ tenant, from: 0, limit: 10 }, ctx)
      assert.deepEqual(
        read.map(({ tenant: of, seq, bytes }) => ({ tenant: of, seq, bytes: new Uint8Array(bytes) })),
        records,
      )
      assert.deepEqual(await store.auditHead(tenant, ctx), head)
      assert.deepEqual(
        (await store.readAudit({ tenant, from: 1, limit: 1 }, ctx)).map((record) => record.seq),
        [1],
      )
    },
  },
  {
    says: 'writes no entry for a change that conflicts, and no gap',
    async check(make) {
      const { store } = await make()
      const put = [{ kind: 'document', table: 'setting', row: aSetting() }] as const
      const results = await Promise.all(
        [1, 2, 3].map((mark) => commit(store, { put, audit: [aDraft(mark), aDraft(mark)] })),
      )
      assert.equal(results.filter((result) => result.kind === 'conflict').length, 2)
      assert.equal(await verifyLog(store), 2)
    },
  },
  {
    says: 'writes a change and its entries together: neither is there without the other',
    async check(make) {
      const { store } = await make()
      await committed(store, { put: [{ kind: 'counter', name: 'c', add: 1, max: 1 }], audit: [aDraft(1)] })
      await conflicted(store, { put: [{ kind: 'counter', name: 'c', add: 1, max: 1 }], audit: [aDraft(2)] })
      assert.equal(await store.counter(tenant, 'c', ctx), 1)
      assert.equal(await verifyLog(store), 1)
    },
  },
  {
    says: 'keeps the log whole when two stores append at once',
    async check(make) {
      const { store, another } = await make()
      const other = await another()
      const seqs = await Promise.all(
        Array.from({ length: 60 }, (_, mark) => committed(mark % 2 === 0 ? store : other, { audit: [aDraft(mark)] })),
      )
      assert.deepEqual(
        seqs.flat().sort((left, right) => left - right),
        Array.from({ length: 60 }, (_, seq) => seq),
      )
      assert.equal(await verifyLog(other), 60)
    },
  },
  {
    says: 'keeps one log per tenant',
    async check(make) {
      const { store } = await make()
      await Promise.all([
        committed(store, { audit: [aDraft(1)] }),
        committed(store, { tenant: 'globex', audit: [aDraft(2)] }),
      ])
      assert.deepEqual([await verifyLog(store), await verifyLog(store, 'globex')], [1, 1])
    },
  },
  {
    says: 'reads blobs back by digest, leaves unknown ones out, and keeps them per tenant',
    async check(make) {
      const { store } = await make()
      // A byte order mark, a NUL and an astral character are what databases and decoders like to lose.
      const blob = aBlob({ text: '\ufeffline one\nline two 😀\u0000 end' as Redacted })
      const empty = aBlob({ digest: 'e'.repeat(64), text: '' as Redacted })
      await committed(store, {
        put: [
          { kind: 'blob', blob },
          { kind: 'blob', blob: empty },
        ],
      })
      await committed(store, { put: [{ kind: 'blob', blob }] })
      assert.deepEqual(await store.blobs(tenant, [blob.digest, 'f'.repeat(64), blob.digest], ctx), [blob])
      assert.deepEqual(await store.blobs(tenant, [empty.digest], ctx), [empty])
      assert.deepEqual(await store.blobs('globex', [blob.digest], ctx), [])
    },
  },
]
