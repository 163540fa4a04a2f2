import { readFileSync } from 'node:fs'
import { blobDigest, type Redacted, systemClock } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { sqlStore } from '../src/index.ts'
import { temporaryFile } from './folder.ts'

const ctx = callContext()
const tenant = 'acme'
const salt = 'ab'.repeat(16)

test('an erased text is in no page of a SQLite file that was closed', async () => {
  const file = temporaryFile()
  const store = sqlStore(file)
  await store.open({ clock: systemClock }, ctx)
  // One that lies within a page, and one that fills several.
  const texts = ['Zoe called me', `Zoe wrote: ${'many words '.repeat(4_000)}`, 'this one stays'] as Redacted[]
  const blobs = texts.map((text) => ({ tenant, digest: blobDigest(salt, text), salt, text }))
  const put = blobs.map((blob) => ({ kind: 'blob', blob }) as const)
  await store.commit({ tenant, expect: [], put, audit: [] }, ctx)
  const digests = blobs.slice(0, 2).map(({ digest }) => digest)
  const entry = {
    type: 'blobs-erased',
    at: 1_700_000_000_000,
    salt,
    actor: { kind: 'principal', id: 'olga' },
    subject: { kind: 'engine', id: tenant },
    data: { of: 'mentions', digests, rows: 0 },
    blobs: {},
  } as const
  await store.commit({ tenant, expect: [], put: [{ kind: 'erase-blobs', digests }], audit: [entry] }, ctx)
  await store.close()
  const bytes = readFileSync(file)
  for (const gone of ['Zoe called', 'Zoe wrote', 'many words']) expect(bytes.includes(gone), gone).toBe(false)
  expect(bytes.includes('this one stays')).toBe(true)
})
