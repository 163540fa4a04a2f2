import type { AuditEntry } from '../../audit/parse-entry.ts'
import { parseAuditRecord } from '../../audit/parse-record.ts'
import { entryEvent } from '../../audit/to-event.ts'
import type { EventType, MendkitEvent } from '../../model/event.ts'
import type { CallContext } from '../../ports/context.ts'
import type { MirroredEntry } from '../../ports/mirror-sink.ts'
import type { Store } from '../../ports/store.ts'
import { readTexts } from './read-texts.ts'

/** A stretch of a tenant's log, and what of it is wanted. */
export interface EventQuery {
  readonly tenant: string
  /** Number of the first entry. */
  readonly from: number
  /** Entries to read, wanted or not; at most 1,000. */
  readonly limit: number
  /** @default all types */
  readonly types?: readonly EventType[]
  /** @default all subjects */
  readonly incidentId?: string
}

/** The wanted events of a stretch. */
export interface EventPage {
  readonly events: readonly MendkitEvent[]
  /** Number of the first entry that was not read. */
  readonly next: number
  /** Whether the log ended here. */
  readonly atEnd: boolean
  /** Time of the last entry that was read, wanted or not: ISO 8601; absent when there was none. */
  readonly lastAt?: string
}

/** The wanted entries of a stretch, with their bytes. */
export interface EntryPage extends Omit<EventPage, 'events'> {
  readonly entries: readonly MirroredEntry[]
}

/** Reads a stretch of the log and joins the texts of the wanted entries. Throws `corrupt` when it does not read back. */
export async function readEvents(
  store: Pick<Store, 'readAudit' | 'blobs'>,
  query: EventQuery,
  ctx: CallContext,
): Promise<EventPage> {
  const { entries, ...page } = await readEntries(store, query, ctx)
  return { ...page, events: entries.map(({ event }) => event) }
}

/** The same with the exact bytes of each entry beside what it says. */
export async function readEntries(
  store: Pick<Store, 'readAudit' | 'blobs'>,
  query: EventQuery,
  ctx: CallContext,
): Promise<EntryPage> {
  const { tenant, from, limit } = query
  const records = await store.readAudit({ tenant, from, limit }, ctx)
  const read = records.map((record) => ({ record, entry: parseAuditRecord(record) }))
  const wanted = read.filter(({ entry }) => isWanted(entry, query))
  const digests = wanted.flatMap(({ entry }) => Object.values(entry.blobs))
  const texts = await readTexts(store, tenant, digests, ctx)
  const lastAt = read.at(-1)?.entry.ts
  return {
    entries: wanted.map(({ record, entry }) => ({ ...record, event: entryEvent(entry, texts) })),
    next: from + records.length,
    atEnd: records.length < limit,
    ...(lastAt !== undefined && { lastAt }),
  }
}

function isWanted(entry: AuditEntry, { types, incidentId }: EventQuery): boolean {
  if (incidentId !== undefined && !(entry.subject.kind === 'incident' && entry.subject.id === incidentId)) return false
  return types === undefined || types.some((type) => type === entry.type)
}
