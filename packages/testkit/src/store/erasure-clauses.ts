import { strict as assert } from 'node:assert'
import { type AuditDraft, blobDigest, MendkitError, type Redacted, verifyAudit } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aBlob, aDraft, aSetting, tenant } from './rows.ts'
import { commit, committed, conflicted } from './steps.ts'
import type { StoreSubject } from './subject.ts'

const ctx = callContext()

/** A text that a draft names. */
function aText(text: string) {
  const blob = aBlob({ text: text as Redacted, digest: blobDigest('a'.repeat(32), text) })
  return { blob, draft: { ...aDraft(1), blobs: { note: blob.digest } } }
}

function erasing(...digests: readonly string[]): AuditDraft {
  const data = { of: 'incident', incident: 'inc_1', digests, rows: 0 } as const
  return { ...aDraft(2), type: 'blobs-erased', data }
}

/** How texts go for good. */
export const erasureClauses: Contract<StoreSubject> = [
  {
    says: 'erases texts and their salts together with the entry that names them, and no others',
    async check(make) {
      const { store, another } = await make()
      const [gone, stays] = [aText('gone'), aText('stays')]
      const put = [gone, stays].map(({ blob }) => ({ kind: 'blob', blob }) as const)
      await committed(store, { put, audit: [gone.draft, stays.draft] })
      await committed(store, { tenant: 'globex', put: [{ kind: 'blob', blob: { ...gone.blob, tenant: 'globex' } }] })
      const digests = [gone.blob.digest, 'f'.repeat(64)]
      await committed(store, { put: [{ kind: 'erase-blobs', digests }], audit: [erasing(...digests)] })
      const other = await another()
      assert.deepEqual(await other.blobs(tenant, [gone.blob.digest, stays.blob.digest], ctx), [stays.blob])
      assert.equal((await other.blobs('globex', [gone.blob.digest], ctx)).length, 1)
      assert.deepEqual((await verifyAudit(other, tenant, {}, ctx)).findings, [])
    },
  },
  {
    says: 'keeps every text of an erasure that conflicts',
    async check(make) {
      const { store } = await make()
      const { blob, draft } = aText('stays')
      await committed(store, { put: [{ kind: 'blob', blob }], audit: [draft] })
      await conflicted(store, {
        put: [
          { kind: 'erase-blobs', digests: [blob.digest] },
          { kind: 'document', table: 'setting', row: aSetting({ revision: 7 }) },
        ],
        audit: [erasing(blob.digest)],
      })
      assert.deepEqual(await store.blobs(tenant, [blob.digest], ctx), [blob])
    },
  },
  {
    says: 'refuses to erase a text that no entry of the same change names',
    async check(make) {
      const { store } = await make()
      const { blob, draft } = aText('stays')
      await committed(store, { put: [{ kind: 'blob', blob }], audit: [draft] })
      const put = [{ kind: 'erase-blobs', digests: [blob.digest] }] as const
      for (const audit of [[], [aDraft(3)], [erasing('f'.repeat(64))]]) {
        const refused = (error: unknown) => MendkitError.is(error, 'invalid')
        await assert.rejects(commit(store, { put, audit }), refused)
      }
      assert.deepEqual(await store.blobs(tenant, [blob.digest], ctx), [blob])
    },
  },
  {
    says: 'erases a thousand texts in one change',
    async check(make) {
      const { store } = await make()
      const texts = Array.from({ length: 1_000 }, (_, index) => aText(`text ${index}`).blob)
      const digests = texts.map(({ digest }) => digest)
      await committed(store, { put: texts.map((blob) => ({ kind: 'blob', blob })) })
      assert.equal((await store.blobs(tenant, digests, ctx)).length, 1_000)
      await committed(store, { put: [{ kind: 'erase-blobs', digests }], audit: [erasing(...digests)] })
      assert.deepEqual(await store.blobs(tenant, digests, ctx), [])
    },
  },
]
