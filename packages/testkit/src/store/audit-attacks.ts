import type { AuditCheckpoint, AuditProblem, AuditRecord } from '@mendkit/core'
import { draftsOf, edited, type LogRows, renumbered, resealed, resealedWithoutKey } from './attack-rows.ts'
import { testSigner } from './log-key.ts'

/** One way to lie about the past with nothing but the database. */
export interface AuditAttack {
  readonly name: string
  /** What must be found. */
  readonly kind: AuditProblem | ((at: number) => AuditProblem)
  /** Where it must be found, for an attack on entry `at`, whose group goes from `first` to `last`. */
  readonly where: (at: number, first: number, last: number) => number
  readonly tamper: (rows: LogRows, at: number) => LogRows
}

/** Entries of the log that is attacked. */
const size = 310

const here = (at: number) => at
const atGroup = (_: number, first: number) => first

/** The checkpoint of the group of an entry, changed. */
function checkpointOf(rows: LogRows, at: number, change: (one: AuditCheckpoint) => AuditCheckpoint): LogRows {
  const index = rows.checkpoints.findIndex(({ size }) => size > at)
  return { ...rows, checkpoints: rows.checkpoints.map((one, place) => (place === index ? change(one) : one)) }
}

/** A neighbour to swap an entry with. */
function swapped({ entries }: LogRows, at: number): readonly AuditRecord[] {
  const other = at === 0 ? 1 : at - 1
  const [left, right] = [Math.min(at, other), Math.max(at, other)]
  return [
    ...entries.slice(0, left),
    ...entries.slice(right, right + 1),
    ...entries.slice(left, right),
    ...entries.slice(right + 1),
  ]
}

/** Every attack on a signed log that needs nothing kept elsewhere to be found. */
export const auditAttacks: readonly AuditAttack[] = [
  {
    name: 'an edit',
    kind: 'entry-differs',
    where: here,
    tamper: (rows, at) => edited(rows, at, /"relapses":\d+/, '"relapses":77777'),
  },
  {
    name: 'an edit with chain and tree made anew without the key',
    kind: 'root-differs',
    where: atGroup,
    tamper: (rows, at) => {
      const drafts = draftsOf(edited(rows, at, /"relapses":\d+/, '"relapses":77777'))
      return resealedWithoutKey(rows, drafts)
    },
  },
  {
    name: 'a deletion',
    kind: 'missing',
    where: here,
    tamper: (rows, at) => ({ ...rows, entries: rows.entries.toSpliced(at, 1) }),
  },
  {
    name: 'a deletion that is numbered over, with chain and tree made anew without the key',
    // Without its last entry it is a log that was cut.
    kind: (at) => (at === size - 1 ? 'missing' : 'root-differs'),
    where: atGroup,
    tamper: (rows, at) => resealedWithoutKey(rows, draftsOf(rows).toSpliced(at, 1)),
  },
  {
    name: 'an insertion',
    kind: 'misplaced',
    where: (at) => at + 1,
    tamper: (rows, at) => renumbered(rows, rows.entries.toSpliced(at + 1, 0, ...rows.entries.slice(at, at + 1))),
  },
  {
    name: 'an insertion with chain and tree made anew without the key',
    kind: 'root-differs',
    where: atGroup,
    tamper: (rows, at) => {
      const drafts = draftsOf(rows)
      return resealedWithoutKey(rows, drafts.toSpliced(at, 0, ...drafts.slice(1, 2)))
    },
  },
  {
    name: 'a swap',
    kind: 'misplaced',
    where: here,
    tamper: (rows, at) => renumbered(rows, swapped(rows, at)),
  },
  {
    name: 'a cut end of which the checkpoints are left',
    kind: 'missing',
    where: here,
    tamper: (rows, at) => {
      const cut = resealedWithoutKey(rows, draftsOf(rows).slice(0, at))
      return { ...cut, head: at === 0 ? rows.head : cut.head }
    },
  },
  {
    name: 'a log signed anew by another key of the same name',
    kind: 'unknown-key',
    where: () => 2,
    tamper: (rows, at) => {
      const drafts = draftsOf(edited(rows, at, /"relapses":\d+/, '"relapses":77777'))
      return resealed(rows, drafts, { signer: testSigner(66) })
    },
  },
  {
    name: 'one checkpoint signed anew by another key',
    kind: 'unknown-key',
    where: (_, __, end) => end,
    tamper: (rows, at) => {
      const others = resealed(rows, draftsOf(rows), { signer: testSigner(66) }).checkpoints
      return checkpointOf(rows, at, (one) => others.find(({ size }) => size === one.size) ?? one)
    },
  },
  {
    name: 'a signature that was changed',
    kind: 'bad-signature',
    where: (_, __, end) => end,
    tamper: (rows, at) =>
      checkpointOf(rows, at, (one) => ({
        ...one,
        note: one.note.replace(/(— \S+ .{20})(.)/, (_, before, sign) => `${before}${sign === 'A' ? 'B' : 'A'}`),
      })),
  },
  {
    name: "another tenant's checkpoint",
    kind: 'checkpoint-foreign',
    where: (_, __, end) => end,
    tamper: (rows, at) => {
      const entries = rows.entries.map((record) => ({ ...record, tenant: 'globex' }))
      const others = resealed({ ...rows, entries }, draftsOf(rows), { signer: testSigner() }).checkpoints
      return checkpointOf(rows, at, (one) => ({
        ...one,
        note: others.find(({ size }) => size === one.size)?.note ?? '',
      }))
    },
  },
  {
    name: 'an older checkpoint in place of another',
    kind: 'checkpoint-malformed',
    where: (_, __, end) => end,
    tamper: (rows, at) => {
      const index = rows.checkpoints.findIndex(({ size }) => size > at)
      const other = rows.checkpoints[index === 0 ? 1 : 0]
      return checkpointOf(rows, at, (one) => ({ ...one, note: other?.note ?? '' }))
    },
  },
  {
    name: 'a malformed checkpoint',
    kind: 'checkpoint-malformed',
    where: (_, __, end) => end,
    tamper: (rows, at) => checkpointOf(rows, at, (one) => ({ ...one, note: one.note.replace('\n\n', '\n \n') })),
  },
  {
    name: 'a checkpoint with a line more',
    kind: 'checkpoint-malformed',
    where: (_, __, end) => end,
    tamper: (rows, at) => checkpointOf(rows, at, (one) => ({ ...one, note: one.note.replace('\n\n', '\nmore\n\n') })),
  },
  {
    name: 'a flood of signatures',
    kind: 'checkpoint-malformed',
    where: (_, __, end) => end,
    tamper: (rows, at) =>
      checkpointOf(rows, at, (one) => ({ ...one, note: one.note + (one.note.split('\n\n')[1] ?? '').repeat(100_000) })),
  },
  {
    name: 'the checkpoints of the end gone',
    kind: 'unsigned',
    where: atGroup,
    tamper: (rows, at) => ({ ...rows, checkpoints: rows.checkpoints.filter(({ size }) => size <= at) }),
  },
  {
    name: 'an altered stored hash',
    kind: 'tile-differs',
    where: here,
    tamper: (rows, at) => ({
      ...rows,
      tiles: rows.tiles.map((part) => {
        const place = at - part.start
        if (part.level > 0 || place < 0 || place * 32 >= part.hashes.length) return part
        return { ...part, hashes: Buffer.concat([part.hashes]).fill(7, place * 32, place * 32 + 32) }
      }),
    }),
  },
  {
    name: 'the same meaning in other bytes',
    kind: 'unreadable',
    where: here,
    tamper: (rows, at) => edited(rows, at, '{', '{ '),
  },
  {
    name: 'a text that is gone',
    kind: 'blob-missing',
    where: here,
    tamper: (rows, at) => ({ ...rows, blobs: rows.blobs.toSpliced(at, 1) }),
  },
  {
    name: 'a text that was swapped for another',
    kind: 'blob-differs',
    where: here,
    tamper: (rows, at) => ({
      ...rows,
      blobs: rows.blobs.map((blob, place) => {
        const other = rows.blobs[place === 0 ? 1 : place - 1]
        return place === at && other !== undefined ? { ...blob, text: other.text, salt: other.salt } : blob
      }),
    }),
  },
  {
    name: 'an altered head',
    kind: 'head-differs',
    where: () => size - 1,
    tamper: (rows) => ({
      ...rows,
      head: { ...rows.head, frontier: rows.head.frontier.map((root) => root.replaceAll('a', 'b')) },
    }),
  },
  {
    name: 'a doubled entry under the next number',
    kind: 'misplaced',
    where: (at) => at + 1,
    tamper: (rows, at) => {
      const double = rows.entries[at]
      const entries = rows.entries.map((record) =>
        record.seq === at + 1 && double ? { ...double, seq: at + 1 } : record,
      )
      return at === rows.entries.length - 1 && double
        ? { ...rows, entries: [...rows.entries, { ...double, seq: at + 1 }] }
        : { ...rows, entries }
    },
  },
]
