import {
  type AuditCheckpoint,
  type AuditDraft,
  type AuditHead,
  type AuditRecord,
  type AuditTilePart,
  type Blob,
  emptyAuditHead,
  type LogKeys,
  parseAuditEntry,
  sealEntries,
} from '@mendkit/core'

/** Everything that a database holds of one tenant's log, as whoever can write to the database sees it. */
export interface LogRows {
  head: AuditHead
  entries: AuditRecord[]
  checkpoints: AuditCheckpoint[]
  tiles: AuditTilePart[]
  blobs: Blob[]
}

/** The same log sealed anew with other drafts, group by group as its checkpoints say, signed by these keys. */
export function resealed(rows: LogRows, drafts: readonly AuditDraft[], keys: LogKeys): LogRows {
  const ends = [...rows.checkpoints.map(({ size }) => size).filter((size) => size < drafts.length), drafts.length]
  const tenant = rows.entries[0]?.tenant ?? ''
  const made: LogRows = { head: emptyAuditHead, entries: [], checkpoints: [], tiles: [], blobs: rows.blobs }
  for (const end of ends) {
    const sealed = sealEntries(tenant, made.head, drafts.slice(made.head.size, end), keys)
    made.entries.push(...sealed.records)
    made.tiles.push(...sealed.tiles)
    if (sealed.checkpoint !== undefined) made.checkpoints.push(sealed.checkpoint)
    made.head = sealed.head
  }
  return made
}

/** Sealed anew by somebody who has no key: the checkpoints, and who the head says must sign, stay as they were. */
export function resealedWithoutKey(rows: LogRows, drafts: readonly AuditDraft[]): LogRows {
  const made = resealed(rows, drafts, {})
  const { key } = rows.head
  return { ...made, checkpoints: rows.checkpoints, head: { ...made.head, ...(key !== undefined && { key }) } }
}

/** The drafts from which the entries were sealed. */
export function draftsOf(rows: LogRows): readonly AuditDraft[] {
  return rows.entries.map(({ bytes }) => {
    const { type, ts, salt, actor, subject, data, blobs } = parseAuditEntry(bytes)
    // Whatever type it is, sealing does not look into it.
    return { type, at: Date.parse(ts), salt, actor, subject, data, blobs } as AuditDraft
  })
}

/** Entry `seq` with a part of its text replaced. */
export function edited(rows: LogRows, seq: number, from: string | RegExp, to: string): LogRows {
  const entries = rows.entries.map((record) => {
    if (record.seq !== seq) return record
    return { ...record, bytes: Buffer.from(Buffer.from(record.bytes).toString().replace(from, to)) }
  })
  return { ...rows, entries }
}

/** The rows with their places counted anew. */
export function renumbered(rows: LogRows, entries: readonly AuditRecord[]): LogRows {
  const counted = entries.map((record, seq) => ({ ...record, seq }))
  return { ...rows, entries: counted, head: { ...rows.head, size: counted.length } }
}
