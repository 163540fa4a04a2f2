import type { AuditRecord } from '../model/audit-entry.ts'
import type { JoinedBlob, MendkitEvent } from '../model/event.ts'
import type { AuditEntry } from './parse-entry.ts'
import { parseAuditRecord } from './parse-record.ts'

/**
 * The event that an audit record tells, with its texts joined by digest; a text that is not among them counts as erased.
 * Throws `corrupt` for a record that does not read back.
 */
export function toEvent(record: AuditRecord, texts: ReadonlyMap<string, JoinedBlob>): MendkitEvent {
  return entryEvent(parseAuditRecord(record), texts)
}

/** The event that an entry tells, with its texts joined as `toEvent` joins them. */
export function entryEvent(entry: AuditEntry, texts: ReadonlyMap<string, JoinedBlob>): MendkitEvent {
  const { seq, type, ts, log, actor, subject, data, blobs } = entry
  const joined = Object.entries(blobs).map(([role, digest]) => [role, texts.get(digest) ?? { erased: true }] as const)
  // The store sealed these bytes from a typed draft; which data belongs to which type is not checked again.
  return { seq, type, at: ts, tenant: log, actor, subject, data, texts: Object.fromEntries(joined) } as MendkitEvent
}
