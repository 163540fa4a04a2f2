import type { LogRows } from '@mendkit/testkit'

/** What rows are as evidence: texts to compare, by what they are about. */
export interface Evidence {
  /** Everything that must be as it was. */
  readonly fixed: string
  /** Signed checkpoints by size. */
  readonly notes: ReadonlyMap<number, string>
  readonly lastNote: string
}

/** What names the texts of a log, and how much of each level of its tree there is: known to whoever made it. */
export interface Known {
  readonly digests: ReadonlySet<string>
  readonly hashes: readonly number[]
}

/**
 * What of the rows is evidence, said without any of the code that verifies: every entry's bytes in their order, every text that
 * one names with the bytes of its salt, every stored hash of the tree, where the head says that all ends, the signed checkpoints. Not
 * evidence: a text that no entry names, which key the head asks for next, hashes beyond those of the entries.
 */
export function evidenceOf({ head, entries, checkpoints, tiles, blobs }: LogRows, known: Known): Evidence {
  const hashes = known.hashes.map((count, level) =>
    tiles
      .filter((part) => part.level === level)
      .map((part) => hex(part.hashes))
      .join('')
      .slice(0, count * 64),
  )
  const texts = blobs
    .filter(({ digest }) => known.digests.has(digest))
    .map(({ digest, salt, text }) => [digest, salt, text])
    .sort(([left = ''], [right = '']) => (left < right ? -1 : 1))
  return {
    fixed: JSON.stringify([
      entries.map(({ seq, bytes }) => [seq, hex(bytes)]),
      texts,
      hashes,
      [head.size, head.last, head.frontier],
    ]),
    notes: new Map(checkpoints.map(({ size, note }) => [size, note])),
    lastNote: checkpoints.at(-1)?.note ?? '',
  }
}

/**
 * Whether anything that is evidence is other than it was. A checkpoint may be gone as long as the last one is there, which
 * speaks of all that the lost one spoke of; none may say something else than it said.
 */
export function isChanged(before: Evidence, after: Evidence): boolean {
  if (before.fixed !== after.fixed || before.lastNote !== after.lastNote) return true
  return [...after.notes].some(([size, note]) => before.notes.get(size) !== note)
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
