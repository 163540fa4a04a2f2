import { type AuditDraft, type AuditRecord, redact } from '@mendkit/core'
import { draftsOf, edited, type LogRows, renumbered, resealedWithoutKey } from './attack-rows.ts'
import type { AuditAttack } from './audit-attack.ts'
import { checkpointAttacks } from './checkpoint-attacks.ts'

/** Entries of the log that is attacked. */
const size = 310

const here = (at: number) => at
const atGroup = (_: number, first: number) => first

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

/** An entry that says that a text was erased. */
function erasureOf(rows: LogRows, drafts: readonly AuditDraft[], at: number): readonly AuditDraft[] {
  const [like, blob] = [drafts[at], rows.blobs[at]]
  if (like === undefined || blob === undefined) return []
  const data = { of: 'mentions', digests: [blob.digest], rows: 0 } as const
  return [{ ...like, type: 'blobs-erased', data, blobs: {} }]
}

/** Every attack on a signed log that needs nothing kept elsewhere to be found. */
export const auditAttacks: readonly AuditAttack[] = [
  ...checkpointAttacks,
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
    name: 'an altered stored hash of the level above',
    kind: 'tile-differs',
    // There is one: that of the first 256 entries.
    where: () => 255,
    tamper: (rows) => ({
      ...rows,
      tiles: rows.tiles.map((part) => (part.level === 0 ? part : { ...part, hashes: Buffer.alloc(32, 7) })),
    }),
  },
  {
    name: 'stored hashes that are gone',
    kind: 'tile-differs',
    where: here,
    // Also those that stand in the same row or behind it: what a reader gets of a tile ends where it has a gap.
    tamper: (rows, at) => ({
      ...rows,
      tiles: rows.tiles.flatMap((part) => {
        const place = at - part.start
        if (part.level > 0 || place >= part.hashes.length / 32) return [part]
        return place > 0 ? [{ ...part, hashes: part.hashes.slice(0, place * 32) }] : []
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
    name: 'half a character, which has no canonical form',
    kind: 'unreadable',
    where: here,
    tamper: (rows, at) => edited(rows, at, '"inc_1"', '"\\ud800"'),
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
    name: 'a text that was emptied',
    kind: 'blob-differs',
    where: here,
    tamper: (rows, at) => ({
      ...rows,
      blobs: rows.blobs.map((blob, place) => (place === at ? { ...blob, text: redact('') } : blob)),
    }),
  },
  {
    name: 'a false erasure: a text gone, and an entry made without the key that says it was meant to',
    kind: 'unsigned',
    where: () => size,
    tamper: (rows, at) => {
      const drafts = draftsOf(rows)
      return {
        ...resealedWithoutKey(rows, [...drafts, ...erasureOf(rows, drafts, at)]),
        blobs: rows.blobs.toSpliced(at, 1),
      }
    },
  },
  {
    name: 'an erasure that an entry tells of, and that never was',
    kind: 'blob-not-erased',
    where: () => size,
    tamper: (rows, at) => {
      const drafts = draftsOf(rows)
      return resealedWithoutKey(rows, [...drafts, ...erasureOf(rows, drafts, at)])
    },
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
