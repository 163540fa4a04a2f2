import {
  type AuditDraft,
  type Blob,
  blobDigest,
  memoryState,
  redact,
  storeOverMemory,
  verifierKeyOf,
  verifierKeyText,
  verifyAudit,
} from '@mendkit/core'
import { callContext, type LogRows, testSigner, virtualClock } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { type Evidence, evidenceOf, isChanged, type Known } from './support/evidence.ts'
import { logRowsOf, rewriteLog } from './support/memory-log.ts'
import { mutatedLog } from './support/mutate-log.ts'
import { type Seeded, seeded } from './support/seeded.ts'

const ctx = callContext()
const tenant = 'acme'
const signer = testSigner()
const trust = [verifierKeyText(verifierKeyOf(signer))]
/** Another seed plays other mutations; one that failed is played again by its own number. */
const seed = 20_260_101

function aBlob(mark: number): Blob {
  const [salt, text] = [mark.toString(16).padStart(32, 'a'), redact(`text ${mark} of é and \u{1f525}`)]
  return { tenant, salt, text, digest: blobDigest(salt, text) }
}

function aDraft(mark: number, blobs: readonly Blob[]): AuditDraft {
  return {
    type: 'incident-relapsed',
    at: 1_767_225_600_000 + mark,
    salt: mark.toString(16).padStart(32, '0'),
    actor: { kind: 'engine', id: 'engine' },
    subject: { kind: 'incident', id: 'inc_é' },
    data: { relapses: mark },
    blobs: Object.fromEntries(blobs.map(({ digest }, index) => [`note${index}`, digest])),
  }
}

/** A signed log of these groups on the store in memory. Some entries name texts, and one text is named by none. */
async function aLog(groups: readonly number[], chance: Seeded) {
  const state = memoryState()
  const store = storeOverMemory(state, { id: 'memory', durable: false })
  await store.open({ clock: virtualClock(), signer }, ctx)
  const digests = new Set<string>()
  let mark = 0
  for (const size of groups) {
    const blobs: Blob[] = []
    const audit = Array.from({ length: size }, () => {
      const named = Array.from({ length: chance.below(3) }, (_, index) => aBlob(1_000 * index + mark))
      blobs.push(...named)
      mark += 1
      return aDraft(mark, named)
    })
    for (const { digest } of blobs) digests.add(digest)
    const stray = mark === size ? [aBlob(999_999)] : []
    const put = [...blobs, ...stray].map((blob) => ({ kind: 'blob', blob }) as const)
    await store.commit({ tenant, expect: [], put, audit }, ctx)
  }
  const rows = logRowsOf(state, tenant)
  const known: Known = { digests, hashes: state.tenants.get(tenant)?.auditHashes.map(({ length }) => length) ?? [] }
  return { state, store, rows, known }
}

interface Tally {
  changed: number
  harmless: number
}

/** Rewrites the log, and expects of the verifier exactly what the judge says. */
async function tryOne(
  log: Awaited<ReturnType<typeof aLog>>,
  before: Evidence,
  mutated: LogRows,
  { name, from }: { readonly name: string; readonly from?: string },
  tally: Tally,
): Promise<void> {
  const changed = isChanged(before, evidenceOf(mutated, log.known))
  rewriteLog(log.state, tenant, mutated)
  const found = await verifyAudit(log.store, tenant, { trust, ...(from !== undefined && { from }) }, ctx)
  tally[changed ? 'changed' : 'harmless'] += 1
  if (found.verified !== changed && (changed ? found.findings.length > 0 : found.signed)) return
  const says = changed ? 'changes evidence, and was not found' : 'changes no evidence, and was flagged'
  // Shows the change, where there is one.
  expect(mutated, `${name} ${says}: ${JSON.stringify(found.findings)}`).toEqual(log.rows)
  expect.fail(`${name} ${says}: ${JSON.stringify(found.findings)}`)
}

describe('verification of a log that was changed by chance', () => {
  test('flags each of 100,000 mutations of rows and bytes that changes evidence, and none of the others', async () => {
    console.log(`mutations of the audit log: seed ${seed}`)
    const tally: Tally = { changed: 0, harmless: 0 }
    const [logs, each] = [200, 500]
    for (let index = 0; index < logs; index += 1) {
      const chance = seeded(seed + index)
      const groups = Array.from({ length: 1 + chance.below(3) }, () => 1 + chance.below(3))
      const log = await aLog(groups, chance)
      const before = evidenceOf(log.rows, log.known)
      for (let turn = 0; turn < each; turn += 1) {
        const name = `mutation ${turn} of the log of seed ${seed + index}`
        await tryOne(log, before, mutatedLog(log.rows, chance), { name }, tally)
      }
    }
    console.log(`mutations of the audit log: ${tally.changed} changed evidence, ${tally.harmless} did not`)
    expect(tally.changed + tally.harmless).toBe(logs * each)
    expect(tally.changed).toBeGreaterThan(0.7 * logs * each)
    expect(tally.harmless).toBeGreaterThan(1_000)
  }, 1_800_000)

  test('flags those behind a checkpoint too, when it reads on from there over the end of a tile', async () => {
    const chance = seeded(seed)
    const log = await aLog([250, 4, 3, 2, 1], chance)
    const from = log.rows.checkpoints[1]
    const { old, tail } = partedAt(log.rows, from?.size ?? 0)
    const before = evidenceOf(log.rows, log.known)
    const tally: Tally = { changed: 0, harmless: 0 }
    for (let turn = 0; turn < 1_000; turn += 1) {
      const name = `mutation ${turn} behind the checkpoint of the log of seed ${seed}`
      const mutated = joined(old, mutatedLog(tail, chance))
      await tryOne(log, before, mutated, { name, from: from?.note ?? '' }, tally)
    }
    expect(tally.changed).toBeGreaterThan(600)
  }, 120_000)
})

/** What a verifier reads that begins behind so many entries, and what it does not. */
function partedAt(rows: LogRows, size: number): { readonly old: LogRows; readonly tail: LogRows } {
  const isOld = {
    entry: ({ seq }: LogRows['entries'][number]) => seq < size,
    checkpoint: (one: LogRows['checkpoints'][number]) => one.size <= size,
    tile: ({ level, start }: LogRows['tiles'][number]) => level === 0 && start < size,
  }
  const bytes = Buffer.concat(rows.entries.filter(isOld.entry).map((record) => record.bytes))
  const isOldBlob = ({ digest }: Blob) => bytes.includes(digest)
  return {
    old: {
      head: rows.head,
      entries: rows.entries.filter(isOld.entry),
      checkpoints: rows.checkpoints.filter(isOld.checkpoint),
      tiles: rows.tiles.filter(isOld.tile),
      blobs: rows.blobs.filter(isOldBlob),
    },
    tail: {
      head: rows.head,
      entries: rows.entries.filter((one) => !isOld.entry(one)),
      checkpoints: rows.checkpoints.filter((one) => !isOld.checkpoint(one)),
      tiles: rows.tiles.filter((one) => !isOld.tile(one)),
      blobs: rows.blobs.filter((one) => !isOldBlob(one)),
    },
  }
}

/** Both parts again. A checkpoint that was moved to before where reading begins is read by nobody. */
function joined(old: LogRows, tail: LogRows): LogRows {
  const size = old.checkpoints.at(-1)?.size ?? 0
  return {
    head: tail.head,
    entries: [...old.entries, ...tail.entries],
    checkpoints: [...old.checkpoints, ...tail.checkpoints.filter((one) => one.size > size)],
    tiles: [...old.tiles, ...tail.tiles],
    blobs: [...old.blobs, ...tail.blobs],
  }
}
