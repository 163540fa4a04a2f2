import { redact } from '@mendkit/core'
import type { LogRows } from '@mendkit/testkit'
import { mutatedBytes, mutatedText } from './mutate-bytes.ts'
import type { Seeded } from './seeded.ts'

type Mutation = (rows: LogRows, chance: Seeded) => LogRows

/** The list with one element changed, gone, doubled or moved to the place of another. */
function inList<Row>(list: readonly Row[], chance: Seeded, change: (row: Row) => Row): Row[] {
  if (list.length === 0) return []
  const at = chance.below(list.length)
  const other = (at + 1 + chance.below(Math.max(1, list.length - 1))) % list.length
  const [row, second] = [list[at] as Row, list[other] as Row]
  // Changes in place have more to find than moves, for which a list of one row has no room.
  const kind = list.length === 1 ? chance.below(2) * 7 : chance.below(8)
  if (kind === 0) return list.toSpliced(at, 1)
  if (kind === 1) return list.toSpliced(other, 0, row)
  if (kind === 2) return list.with(at, second).with(other, row)
  if (kind === 3) return list.with(at, second)
  return list.with(at, change(row))
}

/** The same JSON in another form. */
function reworded(bytes: Uint8Array, chance: Seeded): Uint8Array {
  const text = Buffer.from(bytes).toString()
  const parsed = JSON.parse(text) as Record<string, unknown>
  const forms = [
    () => JSON.stringify(Object.fromEntries(Object.entries(parsed).reverse())),
    () => JSON.stringify(parsed, undefined, 1),
    () => `${text}\n`,
    () => text.replace('"v":1', '"v":1.0'),
    () => text.replace('e', '\\u0065'),
    () => `\ufeff${text}`,
  ]
  return Buffer.from(chance.pick(forms)())
}

const mutations: readonly Mutation[] = [
  (rows, chance) => ({
    ...rows,
    entries: inList(rows.entries, chance, (record) => ({ ...record, bytes: mutatedBytes(record.bytes, chance) })),
  }),
  (rows, chance) => ({
    ...rows,
    entries: inList(rows.entries, chance, (record) => ({ ...record, bytes: reworded(record.bytes, chance) })),
  }),
  // The bytes of one row under the number of another, and a number that is another one.
  (rows, chance) => {
    const { bytes } = chance.pick(rows.entries)
    return { ...rows, entries: inList(rows.entries, chance, (record) => ({ ...record, bytes })) }
  },
  (rows, chance) => ({
    ...rows,
    entries: inList(rows.entries, chance, (record) => ({ ...record, seq: chance.below(rows.entries.length + 2) })),
  }),
  (rows, chance) => ({
    ...rows,
    checkpoints: inList(rows.checkpoints, chance, (one) => ({ ...one, note: mutatedText(one.note, chance) })),
  }),
  (rows, chance) => ({
    ...rows,
    checkpoints: inList(rows.checkpoints, chance, (one) => ({
      ...one,
      size: chance.below(rows.entries.length + 2),
    })),
  }),
  (rows, chance) => {
    const level = chance.pick(rows.tiles).level
    const changed = inList(
      rows.tiles.filter((part) => part.level === level).map(({ hashes }) => hashes),
      chance,
      (hashes) => {
        const bytes = new Uint8Array(hashes)
        bytes[chance.below(32)] = chance.below(256)
        return bytes
      },
    ).map((hashes, start) => ({ tenant: rows.tiles[0]?.tenant ?? '', level, start, hashes }))
    return { ...rows, tiles: [...rows.tiles.filter((part) => part.level !== level), ...changed] }
  },
  (rows, chance) => ({
    ...rows,
    blobs: inList(rows.blobs, chance, (blob) => ({ ...blob, text: redact(mutatedText(blob.text, chance)) })),
  }),
  (rows, chance) => ({
    ...rows,
    blobs: inList(rows.blobs, chance, (blob) => {
      const part = chance.pick(['salt', 'digest'] as const)
      return { ...blob, [part]: mutatedText(blob[part], chance) }
    }),
  }),
  (rows, chance) => {
    const { head } = rows
    const changed = chance.pick([
      () => ({ size: chance.below(head.size + 2) }),
      () => ({ last: mutatedText(head.last, chance) }),
      () => ({ frontier: inList(head.frontier, chance, (root) => mutatedText(root, chance)) }),
      () => ({ key: mutatedText(head.key ?? '', chance) }),
    ])()
    return { ...rows, head: { ...head, ...changed } }
  },
]

/** The rows of a log with one change of chance, as whoever can write to the database could make it. */
export function mutatedLog(rows: LogRows, chance: Seeded): LogRows {
  const mutated = chance.pick(mutations)(rows, chance)
  // Every database keeps one text of a digest, and one checkpoint of a size, which it reads in order.
  return {
    ...mutated,
    checkpoints: [...new Map(mutated.checkpoints.map((one) => [one.size, one])).values()].toSorted(
      (a, b) => a.size - b.size,
    ),
    blobs: [...new Map(mutated.blobs.map((blob) => [blob.digest, blob])).values()],
  }
}
