import type { LogTables, Row } from './log-rows.ts'

/** What the tables of a log are as evidence, told apart also by the types of their values. */
export interface TableEvidence {
  readonly fixed: string
  readonly notes: ReadonlyMap<unknown, string>
  readonly lastNote: string
}

/**
 * What of a tenant's rows is evidence, said by the rows alone: the bytes of the entries, the texts that they name, the hashes of
 * the tree, the end that the head tells of, the checkpoints. Which key the head asks for is none, nor a text that no entry names.
 */
export function tableEvidence(tables: LogTables, tenant: string, named: ReadonlySet<unknown>): TableEvidence {
  const rows = (table: keyof LogTables) => tables[table].filter((row) => row['tenant'] === tenant)
  const by = (column: string) => (left: Row, right: Row) => Number(left[column]) - Number(right[column])
  const notes = rows('mendkit_audit_checkpoint').toSorted(by('size'))
  const [head] = rows('mendkit_audit_head')
  return {
    fixed: JSON.stringify([
      rows('mendkit_audit')
        .toSorted(by('seq'))
        .map((row) => [row['seq'], typed(row['bytes'])]),
      rows('mendkit_blob')
        .filter((row) => named.has(row['digest']))
        .map((row) => [row['digest'], typed(row['salt']), typed(row['body'])])
        .toSorted(([left], [right]) => (String(left) < String(right) ? -1 : 1)),
      hashesOf(rows('mendkit_audit_tile').toSorted(by('start'))),
      // Of the key only that it is text or none: a head that cannot be read at all says nothing.
      [head?.['size'], typed(head?.['last']), typed(head?.['frontier']), head?.['log_key'] instanceof Uint8Array],
    ]),
    notes: new Map(notes.map((row) => [row['size'], typed(row['note'])])),
    lastNote: typed(notes.at(-1)?.['note']),
  }
}

/** Whether anything is other than it was. A checkpoint may be gone while a later one speaks of all that it spoke of. */
export function isOther(before: TableEvidence, after: TableEvidence): boolean {
  if (before.fixed !== after.fixed || before.lastNote !== after.lastNote) return true
  return [...after.notes].some(([size, note]) => before.notes.get(size) !== note)
}

/** The hashes of each level in one piece, up to where a part does not go on from the one before. */
function hashesOf(parts: readonly Row[]): readonly string[] {
  return [0, 1].map((level) => {
    let text = ''
    for (const { start, hashes } of parts.filter((part) => part['level'] === level)) {
      if (Number(start) * 64 !== text.length || !(hashes instanceof Uint8Array)) break
      text += Buffer.from(hashes).toString('hex')
    }
    return text
  })
}

function typed(value: unknown): string {
  return value instanceof Uint8Array
    ? `bytes ${Buffer.from(value).toString('hex')}`
    : `${typeof value} ${String(value)}`
}
