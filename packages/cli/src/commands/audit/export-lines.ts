import {
  type AuditRecord,
  type Blob,
  blobDigest,
  type CallContext,
  type JoinedBlob,
  MendkitError,
  parseAuditEntry,
  type Store,
  toEvent,
  toOcsf,
} from '@mendkit/core'
import { shownInJson } from '../../terminal/safe-text.ts'

/** Entries that are in memory at once. */
const pageSize = 200

/** In which form entries are exported. */
export type ExportFormat = 'ndjson' | 'ocsf'

/** A stretch of a log: from one entry up to, and without, another. */
export interface Stretch {
  readonly tenant: string
  readonly from: number
  readonly end: number
}

/** A line for each entry of a stretch, in order, without its line break. Holds a page of entries at a time. */
export async function* exportLines(
  store: Store,
  { tenant, from, end }: Stretch,
  format: ExportFormat,
  ctx: CallContext,
): AsyncGenerator<string, void> {
  for (let at = from; at < end; ) {
    const records = await store.readAudit({ tenant, from: at, limit: Math.min(pageSize, end - at) }, ctx)
    const gap = records.findIndex(({ seq }, index) => seq !== at + index)
    if (records.length === 0 || gap >= 0) throw missing(at + Math.max(0, gap))
    const digests = records.flatMap(({ bytes }) => Object.values(parseAuditEntry(bytes).blobs))
    const blobs = new Map<string, Blob>()
    for (let start = 0; start < digests.length; start += pageSize) {
      const some = await store.blobs(tenant, digests.slice(start, start + pageSize), ctx)
      for (const blob of some) blobs.set(blob.digest, blob)
    }
    for (const record of records) yield shownInJson(JSON.stringify(lineOf(record, blobs, format)))
    at += records.length
  }
}

function missing(seq: number): MendkitError {
  const text = `entry ${seq} is not there, so what is exported would not be the log: run \`mendkit audit verify\``
  return new MendkitError('corrupt', text)
}

function lineOf(record: AuditRecord, blobs: ReadonlyMap<string, Blob>, format: ExportFormat): unknown {
  if (format === 'ocsf') return toOcsf({ ...record, event: toEvent(record, joined(blobs)) })
  const named = Object.entries(parseAuditEntry(record.bytes).blobs).map(([role, digest]) => {
    const blob = blobs.get(digest)
    return [role, blob === undefined ? { digest, erased: true } : { digest, salt: blob.salt, text: blob.text }] as const
  })
  return { entry: Buffer.from(record.bytes).toString('utf8'), blobs: Object.fromEntries(named) }
}

function joined(blobs: ReadonlyMap<string, Blob>): ReadonlyMap<string, JoinedBlob> {
  return new Map(
    [...blobs].map(([digest, { salt, text }]) => {
      return [digest, blobDigest(salt, text) === digest ? { text } : { altered: true }] as const
    }),
  )
}
