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
import type { LogRows } from './attack-rows.ts'
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
    says: `is caught by verification with ${name}, at the first, a middle and the last entry and at the ends of a group`,
    async check(make: () => Promise<AttackedStore>) {
      for (const at of places) {
        const { store, rewrite } = await grown(make)
        await rewrite(tenant, (rows) => tamper(rows, at))
        const { findings, verified: isWhole } = await verified(store)
        const [first, last] = groupOf(at)
        const found = typeof kind === 'function' ? kind(at) : kind
        const place = where(at, first, last)
        const told = findings.map((each) => `${each.kind} at ${each.seq}`)
        assert.equal(isWhole, false)
        assert.ok(
          told.includes(`${found} at ${place}`),
          `at ${at}: ${found} at ${place} is not among ${told.join(', ')}`,
        )
      }
    },
  })),
]

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

function verified(store: Store): Promise<AuditVerification> {
  const trust = [verifierKeyText(verifierKeyOf(testSigner()))]
  return verifyAudit(store, tenant, { trust }, callContext())
}
