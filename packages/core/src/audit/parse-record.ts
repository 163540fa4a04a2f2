import { MendkitError } from '../errors.ts'
import type { AuditRecord } from '../model/audit-entry.ts'
import { message } from '../redact/message.ts'
import { type AuditEntry, parseAuditEntry } from './parse-entry.ts'

/** Reads the entry of a stored record. Throws `corrupt` with its log and its place in it when it does not read back. */
export function parseAuditRecord({ tenant, seq, bytes }: AuditRecord): AuditEntry {
  try {
    return parseAuditEntry(bytes)
  } catch (cause) {
    const because = cause instanceof Error ? cause.message : String(cause)
    const what = message`entry ${seq} of the audit log of tenant ${tenant} is damaged: ${because}`
    throw new MendkitError('corrupt', `${what}; run audit.verify() to learn what of the log still stands`, { cause })
  }
}
