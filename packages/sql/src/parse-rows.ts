import {
  type AuditHead,
  type AuditRecord,
  type Blob,
  corruptRow,
  type Membership,
  readBlobText,
  readResource,
  readTexts,
  resourceKey,
  type Symptom,
} from '@mendkit/core'
import { z } from 'zod'
import type { Tables } from './tables.ts'

const auditHead = z.object({ size: z.int().min(1), last: z.string().length(64) })

/** A member. Throws `corrupt` when its reasons are not a list of texts. */
export function parseMember(row: Tables['mendkit_member']): Membership {
  return {
    tenant: row.tenant,
    incidentId: row.incident_id,
    alertId: row.alert_id,
    episode: row.episode,
    joinedAt: row.joined_at,
    because: readTexts(`member ${row.alert_id} of incident ${row.incident_id}`, row.because),
  }
}

/** A symptom with its counters. Throws `corrupt` when its resource is none. */
export function parseSymptom(row: Tables['mendkit_symptom']): Symptom {
  const what = `symptom ${row.symptom} of incident ${row.incident_id}`
  const resource = row.resource === null ? undefined : readResource(what, row.resource)
  return {
    tenant: row.tenant,
    incidentId: row.incident_id,
    alertname: row.alertname,
    // The column may hold a shorter one.
    resourceKey: resource === undefined ? row.resource_key : resourceKey(resource),
    ...(resource !== undefined && { resource }),
    firing: row.firing,
    suppressed: row.suppressed,
    total: row.total,
  }
}

/** A blob. Throws `corrupt` when it is no UTF-8 text. */
export function parseBlob(row: Tables['mendkit_blob']): Blob {
  const what = `blob ${row.digest} of tenant ${row.tenant}`
  return { tenant: row.tenant, digest: row.digest, salt: row.salt, text: readBlobText(what, decoded(what, row.body)) }
}

/** An entry of the audit log. Throws `corrupt` when its bytes are none. */
export function parseAuditRecord(row: Tables['mendkit_audit']): AuditRecord {
  const what = `audit entry ${row.seq} of tenant ${row.tenant}`
  if (!(row.bytes instanceof Uint8Array)) throw corruptRow(what, 'it holds no bytes')
  return { tenant: row.tenant, seq: row.seq, bytes: row.bytes }
}

/** Where a log ends. Throws `corrupt` when the row does not say so. */
export function parseAuditHead(tenant: string, row: unknown): AuditHead {
  const parsed = auditHead.safeParse(row)
  if (parsed.success) return parsed.data
  throw corruptRow(`the head of the audit log of tenant ${tenant}`, 'it is no size and digest')
}

function decoded(what: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw corruptRow(what, 'it is no UTF-8 text', { cause: error })
  }
}
