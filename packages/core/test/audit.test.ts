import {
  type AuditDraft,
  type AuditHead,
  type AuditRecord,
  type AuditStore,
  type AuditTilePart,
  type Blob,
  blobDigest,
  emptyAuditHead,
  MendkitError,
  parseAuditEntry,
  redact,
  sealEntries,
  sha256,
  toEvent,
  verifyAudit,
} from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFindings } from '../src/audit/findings.ts'
import { watchBlobs } from '../src/audit/verify-blobs.ts'

const tenant = 'acme'
const salt = 'ab'.repeat(16)

/** A log in memory whose rows a test can change behind the store's back. */
interface Log {
  records: AuditRecord[]
  head: AuditHead
  blobs: Blob[]
  tiles: readonly AuditTilePart[]
  store: AuditStore
  pages: number[]
}

function blobOf(text: string): Blob {
  return { tenant, digest: blobDigest(salt, text), salt, text: redact(text) }
}

function draft(index: number, blobs: Readonly<Record<string, string>> = {}): AuditDraft {
  return {
    type: 'incident-relapsed',
    at: 1_700_000_000_000 + index,
    salt: index.toString(16).padStart(32, '0'),
    actor: { kind: 'engine', id: 'engine' },
    subject: { kind: 'incident', id: `inc_${index}` },
    data: { relapses: index },
    blobs,
  }
}

function aLog(size: number): Log {
  const blobs = [blobOf('first text'), blobOf('second text')]
  const drafts = Array.from({ length: size }, (_, index) =>
    draft(index, index % 3 === 0 ? { note: blobs[index % 2]?.digest ?? '' } : {}),
  )
  const { records, head, tiles } = sealEntries(tenant, emptyAuditHead, drafts)
  const log: Log = {
    records: [...records],
    head,
    blobs,
    tiles,
    pages: [],
    store: {
      auditLogs: async () => [{ tenant, size: log.head.size }],
      auditHead: async () => log.head,
      async readAudit({ from, limit }) {
        const page = log.records.filter((record) => record.seq >= from).slice(0, limit)
        log.pages.push(page.length)
        return page
      },
      lastAuditCheckpoint: async () => undefined,
      auditCheckpoints: async () => [],
      async auditTile({ level, index }) {
        const part = log.tiles.find((each) => each.level === level && each.start === index * 256)
        return part?.hashes ?? new Uint8Array()
      },
      blobs: async (_, digests) => log.blobs.filter((blob) => digests.includes(blob.digest)),
    },
  }
  return log
}

const verify = (log: Log) => verifyAudit(log.store, tenant, {}, callContext())
const encode = (text: string) => new TextEncoder().encode(text)
const textOf = (record: AuditRecord | undefined) => new TextDecoder().decode(record?.bytes)

/** Replaces the bytes of one record. */
function edit(log: Log, seq: number, change: (text: string) => string): void {
  const record = log.records[seq]
  if (record !== undefined) log.records[seq] = { ...record, bytes: encode(change(textOf(record))) }
}

describe('verifyAudit', () => {
  test('verifies an empty log and a log of several pages, one page at a time', async () => {
    expect(await verify(aLog(0))).toMatchObject({
      verified: true,
      signed: false,
      entries: 0,
      head: { size: 0, last: emptyAuditHead.last },
    })
    const log = aLog(1_234)
    expect(await verify(log)).toMatchObject({
      verified: true,
      entries: 1_234,
      head: { size: 1_234, last: log.head.last },
      findings: [],
    })
    expect(Math.max(...log.pages)).toBeLessThanOrEqual(1_000)
  })

  test('reads what is added meanwhile', async () => {
    const log = aLog(3)
    const grown = aLog(5)
    const before = log.store
    const store: AuditStore = {
      ...log.store,
      async readAudit(query, ctx) {
        const page = await before.readAudit(query, ctx)
        log.records = grown.records
        log.head = grown.head
        log.tiles = grown.tiles
        return page
      },
    }
    expect(await verifyAudit(store, tenant, {}, callContext())).toMatchObject({ verified: true, entries: 5 })
  })

  const damages: readonly (readonly [name: string, damage: (log: Log) => void, problem: string, at: number])[] = [
    ['an edit', (log) => edit(log, 4, (text) => text.replace('"relapses":4', '"relapses":9')), 'broken-chain', 5],
    [
      'an edit of the last entry',
      (log) => edit(log, 8, (text) => text.replace('"relapses":8', '"relapses":9')),
      'entry-differs',
      8,
    ],
    [
      'an edit that leaves the canonical form',
      (log) => edit(log, 4, (text) => text.replace('{', '{ ')),
      'unreadable',
      4,
    ],
    ['an edit into nonsense', (log) => edit(log, 4, () => 'nonsense'), 'unreadable', 4],
    ['an unknown field', (log) => edit(log, 4, (text) => text.replace(/}$/, ',"x":1}')), 'unreadable', 4],
    ['a deletion', (log) => log.records.splice(4, 1), 'missing', 4],
    ['a deletion that is numbered over', (log) => renumber(log, log.records.toSpliced(4, 1)), 'misplaced', 4],
    ['a deletion at the end', (log) => log.records.pop(), 'missing', 8],
    ['a deletion at the end and in the head', (log) => cutEnd(log), 'head-differs', 7],
    ['an insertion', (log) => renumber(log, log.records.toSpliced(4, 0, ...log.records.slice(2, 3))), 'misplaced', 4],
    ['an insertion at the end', (log) => log.records.push(...aLog(10).records.slice(9)), 'head-differs', 9],
    ['a doubled row', (log) => log.records.splice(4, 0, ...log.records.slice(4, 5)), 'misplaced', 5],
    ['a row under a wrong number', (log) => misnumber(log), 'misplaced', 4],
    ['an insertion at the end that the head names', (log) => append(log), 'head-differs', 9],
    ['a reorder', (log) => renumber(log, swapped(log.records)), 'misplaced', 4],
    ['an entry of another log', (log) => foreign(log), 'misplaced', 4],
    ['a text that is gone', (log) => log.blobs.splice(1, 1), 'blob-missing', 3],
    ['a text that was changed', (log) => rewrite(log), 'blob-differs', 3],
  ]

  function renumber(log: Log, records: readonly AuditRecord[]): void {
    log.records = records.map((record, seq) => ({ ...record, seq }))
    log.head = { ...log.head, size: records.length }
  }

  function misnumber(log: Log): void {
    log.records = log.records.map((record) => (record.seq === 4 ? { ...record, seq: 3 } : record))
  }

  function append(log: Log): void {
    const grown = aLog(10)
    log.records = grown.records
    log.head = { ...log.head, last: grown.head.last }
  }

  function cutEnd(log: Log): void {
    log.records.pop()
    log.head = { ...log.head, size: log.head.size - 1 }
  }

  function swapped(records: readonly AuditRecord[]): readonly AuditRecord[] {
    return [...records.slice(0, 4), ...records.slice(5, 6), ...records.slice(4, 5), ...records.slice(6)]
  }

  function foreign(log: Log): void {
    const before = sha256(log.records[3]?.bytes ?? '')
    const [record] = sealEntries('other', { ...aLog(4).head, last: before }, [draft(4)]).records
    if (record !== undefined) log.records[4] = record
  }

  function rewrite(log: Log): void {
    const [first, second] = log.blobs
    if (first && second) log.blobs = [first, { ...second, text: redact('other text') }]
  }

  /** The log with an entry behind it that says that these texts were erased. */
  function withErasure(size: number, digests: readonly string[]): Log {
    const log = aLog(size)
    const data = { of: 'mentions', digests, rows: 0 } as const
    const drafts = Array.from({ length: size }, (_, index) => parseDraft(log, index))
    const { records, head, tiles } = sealEntries(tenant, emptyAuditHead, [
      ...drafts,
      { ...draft(size), type: 'blobs-erased', data },
    ])
    return Object.assign(log, { records: [...records], head, tiles })
  }

  function parseDraft(log: Log, index: number): AuditDraft {
    return draft(index, parseAuditEntry(log.records[index]?.bytes ?? new Uint8Array()).blobs)
  }

  test('a text is missed unless a later entry says that it was erased', async () => {
    const [, second] = aLog(1).blobs
    const log = withErasure(9, [second?.digest ?? ''])
    log.blobs.splice(1, 1)
    expect(await verify(log)).toMatchObject({ verified: true, findings: [] })
    log.blobs.splice(0, 1)
    expect((await verify(log)).findings).toMatchObject([{ kind: 'blob-missing', seq: 0 }])
  })

  test('a text that an entry says was erased, and that is there, is found at that entry', async () => {
    const [first] = aLog(1).blobs
    const log = withErasure(9, [first?.digest ?? ''])
    expect((await verify(log)).findings).toMatchObject([{ kind: 'blob-not-erased', seq: 9 }])
  })

  test('texts that are gone are told apart from erased ones also when they are too many to keep in mind', async () => {
    const [, second] = aLog(1).blobs
    const log = withErasure(1_200, [second?.digest ?? ''])
    log.blobs = []
    const findings = createFindings()
    const watch = watchBlobs(log.store, tenant, findings, callContext(), 1)
    const entries = log.records.map(({ bytes }) => parseAuditEntry(bytes))
    await watch.read(entries.slice(0, 9), 9)
    expect(findings.list).toMatchObject([{ kind: 'blob-missing', seq: 0 }])
  })

  test.each(damages)('finds %s', async (_, damage, problem, at) => {
    const log = aLog(9)
    damage(log)
    const { verified, findings } = await verify(log)
    expect(verified).toBe(false)
    expect(findings).toContainEqual({ kind: problem, seq: at, because: expect.stringMatching(/\w/) })
  })

  test('finds any change of any byte', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(8), fc.nat(2_000), fc.integer({ min: 1, max: 255 }), async (seq, place, flip) => {
        const log = aLog(9)
        const bytes = new Uint8Array(log.records[seq]?.bytes ?? [])
        const at = place % bytes.length
        bytes[at] = (bytes[at] ?? 0) ^ flip
        log.records[seq] = { tenant, seq, bytes }
        expect((await verify(log)).verified).toBe(false)
      }),
    )
  })

  test('lets the abort reason and store errors through', async () => {
    const reason = new Error('enough')
    const aborted = callContext({ signal: AbortSignal.abort(reason) })
    await expect(verifyAudit(aLog(3).store, tenant, {}, aborted)).rejects.toBe(reason)
    const away = new MendkitError('unavailable', 'the store is away')
    const store = { ...aLog(3).store, readAudit: () => Promise.reject(away) }
    await expect(verifyAudit(store, tenant, {}, callContext())).rejects.toBe(away)
  })
})

test('an entry whose actor is of a list of kinds is no entry, and not passed as one that nearly all are', () => {
  const actor = { kind: ['engine'], id: 'engine' }
  const entry = { v: 1, log: 'acme', seq: 0, ts: '2026-01-01T00:00:00.000Z', salt: 'a'.repeat(32), actor, type: 'x' }
  const subject = { kind: 'engine', id: 'engine' }
  const whole = { ...entry, subject, data: {}, blobs: {}, prev: '0'.repeat(64) }
  expect(() => parseAuditEntry(Buffer.from(canonicalize(whole) ?? ''))).toThrow(/actor/)
})

describe('parseAuditEntry and toEvent', () => {
  test('read back what was sealed, and join texts by digest', () => {
    const log = aLog(4)
    const [record] = log.records
    if (record === undefined) throw new Error('no record')
    expect(parseAuditEntry(record.bytes)).toMatchObject({ v: 1, log: tenant, seq: 0, type: 'incident-relapsed' })
    const digest = log.blobs[0]?.digest ?? ''
    expect(toEvent(record, new Map([[digest, { text: 'first text' }]]))).toEqual({
      seq: 0,
      type: 'incident-relapsed',
      at: '2023-11-14T22:13:20.000Z',
      tenant,
      actor: { kind: 'engine', id: 'engine' },
      subject: { kind: 'incident', id: 'inc_0' },
      data: { relapses: 0 },
      texts: { note: { text: 'first text' } },
    })
    expect(toEvent(record, new Map()).texts).toEqual({ note: { erased: true } })
  })

  test.each([
    ['not UTF-8', Uint8Array.of(0xff, 0xfe)],
    ['not JSON', encode('{')],
    ['not an entry', encode('{"v":1}')],
    ['with a byte order mark', Uint8Array.of(0xef, 0xbb, 0xbf, ...(aLog(1).records[0]?.bytes ?? []))],
  ])('call bytes that are %s corrupt', (_, bytes) => {
    expect(() => parseAuditEntry(bytes)).toThrow(expect.objectContaining({ code: 'corrupt' }))
  })
})

test('a blob is named by SHA-256 over its 16 salt bytes and its text', () => {
  // Computed by another program from sixteen zero bytes and the two bytes of "é".
  expect(blobDigest('00'.repeat(16), 'é')).toBe('ee0afb348574d18fc0d110d7953b2e41a053857d1ece1432375dcc7cfc0909f6')
  expect(blobDigest(salt, 'a')).not.toBe(blobDigest('cd'.repeat(16), 'a'))
})
