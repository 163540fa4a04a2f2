import { hash } from 'node:crypto'
import canonicalize from 'canonicalize'
import { MendkitError } from '../errors.ts'
import type { AuditHead, AuditRecord } from '../model/audit-entry.ts'
import type { AuditDraft } from '../model/event.ts'
import { once } from '../once.ts'

/** Where every log begins. */
export const emptyAuditHead: AuditHead = { size: 0, last: '0'.repeat(64) }

const encoder = once(() => new TextEncoder())

/** SHA-256 of some bytes, hex. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes)
}

/**
 * Gives drafts their place in a tenant's log: the exact bytes of each entry (RFC 8785) and the head after them. Pure, so
 * that every store writes the same bytes for the same drafts. Throws `invalid` for data that is not JSON.
 */
export function sealEntries(
  tenant: string,
  head: AuditHead,
  drafts: readonly AuditDraft[],
): { readonly records: readonly AuditRecord[]; readonly head: AuditHead } {
  const records: AuditRecord[] = []
  let { size, last } = head
  for (const draft of drafts) {
    const bytes = entryBytes(tenant, size, last, draft)
    records.push({ tenant, seq: size, bytes })
    last = sha256(bytes)
    size += 1
  }
  return { records, head: { size, last } }
}

function entryBytes(tenant: string, seq: number, prev: string, draft: AuditDraft): Uint8Array {
  const text = canonicalize({
    v: 1,
    log: tenant,
    seq,
    ts: new Date(draft.at).toISOString(),
    salt: draft.salt,
    actor: draft.actor,
    type: draft.type,
    subject: draft.subject,
    data: draft.data,
    blobs: draft.blobs,
    prev,
  })
  if (text === undefined) throw new MendkitError('invalid', `audit entry ${draft.type} holds data that is not JSON`)
  return encoder().encode(text)
}
