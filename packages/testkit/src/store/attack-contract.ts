import { strict as assert } from 'node:assert'
import {
  type AuditVerification,
  type Blob,
  blobDigest,
  type LogKeys,
  redact,
  type Store,
  verifierKeyOf,
  verifierKeyText,
  verifyAudit,
} from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { anchoredAttacks, fullRewrite } from './anchored-attacks.ts'
import { draftsOf, type LogRows, resealed } from './attack-rows.ts'
import { auditAttacks } from './audit-attacks.ts'
import { testSigner } from './log-key.ts'
import { aDraft, tenant } from './rows.ts'
import { committed } from './steps.ts'

/** A store whose log can be rewritten behind its back. */
export interface AttackedStore {
  /** Open and empty, with this key: it signs the log. */
  readonly store: Store
  /** Replaces what the database holds of the log of `tenant`, as whoever can write to it could. */
  readonly rewrite: (tenant: string, change: (rows: LogRows) => LogRows) => Promise<void>
}

/** The key that the store of an `AttackedStore` is opened with. */
export const attackedLogKeys: LogKeys = { signer: testSigner() }

/** Entries of each group: the fourth goes over the end of the first tile, and the last is one entry. */
const groups = [3, 1, 200, 100, 5, 1]
/** First, middle, last; the first and the last entry of a group. */
const places = [0, 105, 309, 204, 203]
const everywhere = 'at the first, a middle and the last entry and at the ends of a group'

/** What verification must find, whatever of the database was rewritten. */
export const auditAttackContract: Contract<AttackedStore> = [
  {
    says: 'tells no false alarm of a log of several groups and tiles',
    async check(make) {
      const { store } = await grown(make)
      const { findings, ...rest } = await verified(store)
      assert.deepEqual(findings, [])
      assert.deepEqual([rest.verified, rest.signed, rest.entries, rest.signedEntries], [true, true, 310, 310])
    },
  },
  ...auditAttacks.map(({ name, kind, where, tamper }) => ({
    says: `is caught by verification with ${name}, ${everywhere}`,
    async check(make: () => Promise<AttackedStore>) {
      const log = await attacked(make)
      for (const at of places) {
        await log.rewrite((rows) => tamper(rows, at))
        const [first, last] = groupOf(at)
        const place = where(at, first, last)
        assertFound(at, await verified(log.store), typeof kind === 'function' ? kind(at) : kind, place)
      }
    },
  })),
  ...anchoredAttacks.map(({ name, kind, where, tamper }) => ({
    says: `is caught with an anchor, and looks whole without one, with ${name}, ${everywhere}`,
    async check(make: () => Promise<AttackedStore>) {
      const log = await attacked(make)
      for (const at of places) {
        const [first, last] = groupOf(at)
        await log.rewrite((rows) => tamper(rows, first))
        const unseen = await verified(log.store)
        assert.deepEqual([at, unseen.findings, unseen.verified], [at, [], true])
        const found = await verified(log.store, log.notes)
        assertFound(at, found, kind, where(first, last))
        assert.equal(found.anchoredEntries, first)
      }
    },
  })),
  {
    says: `is vouched for by a stale anchor only as far as that goes, ${everywhere}`,
    async check(make) {
      const log = await attacked(make)
      for (const at of places) {
        const [first] = groupOf(at)
        await log.rewrite((rows) => fullRewrite(rows, first))
        const stale = log.notes.filter((note) => Number(note.split('\n')[1]) <= first)
        const { findings, anchoredEntries, entries } = await verified(log.store, stale)
        assert.deepEqual([findings, anchoredEntries, entries], [[], first, 310])
      }
    },
  },
  {
    says: 'is not vouched for by a text that is no anchor of it: of another tenant, of another key, flooded, malformed or none',
    async check(make) {
      const log = await attacked(make)
      const [note = ''] = log.notes.slice(-1)
      const bad = notAnchorsOf(log.original)
      const { findings, anchors, anchoredEntries } = await verified(log.store, bad)
      assert.deepEqual(findings, [])
      assert.deepEqual(
        anchors.map(({ relation }) => relation),
        bad.map(() => 'unusable'),
      )
      assert.equal(anchoredEntries, 0)
      assert.equal((await verified(log.store, [...bad, note])).anchoredEntries, 310)
    },
  },
]

/** A log that is attacked again and again, each time as it was grown. */
async function attacked(make: () => Promise<AttackedStore>) {
  const { store, rewrite } = await grown(make)
  let read: LogRows | undefined
  await rewrite(tenant, (rows) => {
    // Copies: what a store hands over may be what it goes on writing to.
    read = copyOf(rows)
    return read
  })
  assert.ok(read, 'the rows of the log can be read')
  const original = read
  return {
    store,
    original,
    notes: original.checkpoints.map(({ note }) => note),
    rewrite: (change: (rows: LogRows) => LogRows) => rewrite(tenant, () => change(copyOf(original))),
  }
}

function copyOf({ head, entries, checkpoints, tiles, blobs }: LogRows): LogRows {
  return { head, entries: [...entries], checkpoints: [...checkpoints], tiles: [...tiles], blobs: [...blobs] }
}

/** Texts that say nothing of this log, however they may look. */
function notAnchorsOf(rows: LogRows): readonly string[] {
  const [note = ''] = rows.checkpoints.map((one) => one.note).slice(-1)
  const [, lines = ''] = note.split('\n\n')
  const entries = rows.entries.map((record) => ({ ...record, tenant: 'globex' }))
  const lastOf = (made: LogRows) => made.checkpoints.at(-1)?.note ?? ''
  return [
    lastOf(resealed({ ...rows, entries }, draftsOf(rows), attackedLogKeys)),
    lastOf(resealed(rows, draftsOf(rows), { signer: testSigner(66) })),
    note + lines.repeat(5_000),
    note + lines.repeat(16),
    note.replace('\n\n', '\n \n'),
    '',
  ]
}

function assertFound(
  at: number,
  { findings, verified: isWhole }: AuditVerification,
  kind: string,
  place: number,
): void {
  const told = findings.map((each) => `${each.kind} at ${each.seq}`)
  assert.equal(isWhole, false)
  assert.ok(told.includes(`${kind} at ${place}`), `at ${at}: ${kind} at ${place} is not among ${told.join(', ')}`)
}

async function grown(make: () => Promise<AttackedStore>): Promise<AttackedStore> {
  const subject = await make()
  let next = 0
  for (const size of groups) {
    const marks = Array.from({ length: size }, () => next++)
    const blobs = marks.map(blobFor)
    await committed(subject.store, {
      put: blobs.map((blob) => ({ kind: 'blob', blob })),
      audit: marks.map((mark, index) => ({ ...aDraft(mark), blobs: { note: blobs[index]?.digest ?? '' } })),
    })
  }
  return subject
}

function blobFor(mark: number): Blob {
  const [salt, text] = [mark.toString(16).padStart(32, '0'), redact(`text ${mark}`)]
  return { tenant, salt, text, digest: blobDigest(salt, text) }
}

function groupOf(at: number): readonly [first: number, last: number] {
  let first = 0
  for (const size of groups) {
    if (at < first + size) return [first, first + size - 1]
    first += size
  }
  return [first, first]
}

function verified(store: Store, anchors: readonly string[] = []): Promise<AuditVerification> {
  const trust = [verifierKeyText(verifierKeyOf(testSigner()))]
  return verifyAudit(store, tenant, { trust, anchors }, callContext())
}
