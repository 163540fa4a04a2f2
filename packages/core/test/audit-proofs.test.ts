import { createHash, hash } from 'node:crypto'
import { createMendkit, type MemoryState, memoryState, type Store, silentLogger, storeOverMemory } from '@mendkit/core'
import { callContext, testSigner } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { logRowsOf, rewriteLog } from './support/memory-log.ts'

const ctx = callContext()
const tenant = 'default'
const signer = testSigner()

/** A host over a log, with the tiles that it read since they were last asked for. */
async function hostOver(state: MemoryState) {
  const store = storeOverMemory(state, { id: 'memory', durable: false })
  const reads: string[] = []
  const counting: Store = {
    ...store,
    async auditTile(query, given) {
      reads.push(`${query.level}/${query.index}`)
      return store.auditTile(query, given)
    },
  }
  const host = createMendkit({ store: counting, system: { signer, log: silentLogger } })
  await host.audit.read()
  return { audit: host.audit, store, tilesRead: () => reads.splice(0) }
}

async function grow(store: Store, from: number, count: number, word = 'a'): Promise<void> {
  const audit = Array.from({ length: count }, (_, at) => ({
    type: 'incident-relapsed' as const,
    at: 1_700_000_000_000 + from + at,
    salt: (from + at).toString(16).padStart(32, '0'),
    actor: { kind: 'engine', id: 'engine' } as const,
    subject: { kind: 'incident', id: `inc_${word}_${from + at}` } as const,
    data: { relapses: at },
    blobs: {},
  }))
  await store.commit({ tenant, expect: [], put: [], audit }, ctx)
}

/** Follows a proof by RFC 9162, 2.1.3.2 in its own words, on whole numbers: whether it ends at the root that is signed in it. */
function holds(proof: string, bytes: Uint8Array): boolean {
  const [head = '', note = ''] = proof.split('\n\n')
  const [, index = '', ...path] = head.split('\n')
  const [, size = '', root = ''] = note.split('\n')
  let [at, last] = [BigInt(index.replace('index ', '')), BigInt(size) - 1n]
  let found = createHash('sha256').update('\0').update(bytes).digest()
  for (const each of path) {
    const beside = Buffer.from(each, 'base64')
    if (last === 0n) return false
    const isRight = (at & 1n) === 1n || at === last
    found = hash('sha256', Buffer.concat([Buffer.of(1), ...(isRight ? [beside, found] : [found, beside])]), 'buffer')
    while (isRight && (at & 1n) === 0n && at !== 0n) [at, last] = [at >> 1n, last >> 1n]
    ;[at, last] = [at >> 1n, last >> 1n]
  }
  return last === 0n && found.toString('base64') === root
}

async function provenOf(
  { audit }: Awaited<ReturnType<typeof hostOver>>,
  seqs: readonly number[],
): Promise<readonly boolean[]> {
  const proven: boolean[] = []
  for (const seq of seqs) {
    const [record] = await audit.read({ from: seq, limit: 1 })
    proven.push(holds(await audit.prove(seq), record?.bytes ?? Buffer.alloc(0)))
  }
  return proven
}

describe('inclusion proofs', () => {
  test.each([1, 2, 3, 5, 255, 256, 257, 511, 700])(
    'lead from every entry of a log of %i to its signed root',
    async (size) => {
      const host = await hostOver(memoryState())
      await grow(host.store, 0, size)
      const seqs = Array.from({ length: size }, (_, seq) => seq)
      expect((await provenOf(host, seqs)).indexOf(false)).toBe(-1)
    },
  )

  test('of a log that grew read again only the tiles that are not known whole', async () => {
    const host = await hostOver(memoryState())
    await grow(host.store, 0, 700)
    expect(await provenOf(host, [0, 300, 699])).toEqual([true, true, true])
    host.tilesRead()
    expect(await provenOf(host, [5, 301, 698])).toEqual([true, true, true])
    expect(host.tilesRead()).toEqual([])
    await grow(host.store, 700, 50)
    expect(await provenOf(host, [7, 302, 749, 699])).toEqual([true, true, true, true])
    expect(host.tilesRead()).toEqual(['0/2'])
  })

  test('hold when the database was restored to before what is known of it, and grew into another log', async () => {
    const state = memoryState()
    const host = await hostOver(state)
    await grow(host.store, 0, 300)
    const backup = logRowsOf(state, tenant)
    await grow(host.store, 300, 200)
    expect(await provenOf(host, [299, 450])).toEqual([true, true])
    rewriteLog(state, tenant, backup)
    await grow(host.store, 300, 200, 'b')
    expect(await provenOf(host, [299, 450])).toEqual([true, true])
  })

  test('are refused where the stored tree is not the one that was signed', async () => {
    const state = memoryState()
    const host = await hostOver(state)
    await grow(host.store, 0, 300)
    const rows = logRowsOf(state, tenant)
    const tiles = rows.tiles.map((tile) =>
      tile.level === 0 && tile.start === 17 ? { ...tile, hashes: Buffer.alloc(32, 1) } : tile,
    )
    rewriteLog(state, tenant, { ...rows, tiles })
    for (const seq of [16, 17]) await expect(host.audit.prove(seq)).rejects.toMatchObject({ code: 'corrupt' })
    expect(await provenOf(host, [299])).toEqual([true])
    rewriteLog(state, tenant, rows)
    expect(await provenOf(host, [16, 17, 299])).toEqual([true, true, true])
  })
})
