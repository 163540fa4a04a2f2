import {
  type Alert,
  type AuditHead,
  type AuditRecord,
  type Blob,
  type Documents,
  type DocumentTable,
  type Membership,
  MendkitError,
  type Resource,
  type Symptom,
} from '@mendkit/core'
import { z } from 'zod'
import type { Tables } from './tables.ts'

/** What every body repeats of its row, and so proves that the two belong together. */
const body = z.looseObject({ tenant: z.string(), id: z.string(), revision: z.int() })
const alert = body.extend({
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  episode: z.int(),
  startsAt: z.string(),
  lastSeenAt: z.string(),
})
const auditHead = z.object({ size: z.int().min(1), last: z.string().length(64) })
const reasons = z.array(z.string())
const resource = z.looseObject({ cluster: z.string(), apiVersion: z.string(), kind: z.string(), name: z.string() })

interface StoredBody {
  readonly tenant: string
  readonly id: string
  readonly revision: number
  readonly body: string
}

/** A document as it was written. Throws `corrupt` when the row is not one. */
export function parseDocument<Table extends DocumentTable>(table: Table, row: StoredBody): Documents[Table] {
  // The engine wrote the body through the same type; what is proven here is that it is whole and stands in its own row.
  return parseBody(`${table} ${row.id}`, body, row) as unknown as Documents[Table]
}

/** An alert as it was written. Throws `corrupt` when the row is not one. */
export function parseAlert(row: StoredBody): Alert {
  return parseBody(`alert ${row.id}`, alert, row) as unknown as Alert
}

/** A member. Throws `corrupt` when its reasons are not a list of texts. */
export function parseMember(row: Tables['mendkit_member']): Membership {
  return {
    tenant: row.tenant,
    incidentId: row.incident_id,
    alertId: row.alert_id,
    episode: row.episode,
    joinedAt: row.joined_at,
    because: parseJson(`member ${row.alert_id} of ${row.incident_id}`, reasons, row.because),
  }
}

/** A symptom with its counters. Throws `corrupt` when its resource is none. */
export function parseSymptom(row: Tables['mendkit_symptom']): Symptom {
  const about = `symptom ${row.symptom} of ${row.incident_id}`
  return {
    tenant: row.tenant,
    incidentId: row.incident_id,
    alertname: row.alertname,
    resourceKey: row.resource_key,
    ...(row.resource !== null && { resource: parseJson(about, resource, row.resource) as Resource }),
    firing: row.firing,
    suppressed: row.suppressed,
    total: row.total,
  }
}

/** A blob. Throws `corrupt` when it is no UTF-8 text. */
export function parseBlob(row: Tables['mendkit_blob']): Blob {
  try {
    // It was redacted before it was stored.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(row.body) as Blob['text']
    return { tenant: row.tenant, digest: row.digest, salt: row.salt, text }
  } catch (error) {
    throw corrupt(`blob ${row.digest}`, 'it is no UTF-8 text', error)
  }
}

/** An entry of the audit log. Throws `corrupt` when its bytes are none. */
export function parseAuditRecord(row: Tables['mendkit_audit']): AuditRecord {
  const what = `audit entry ${row.seq} of ${row.tenant}`
  if (!(row.bytes instanceof Uint8Array)) throw corrupt(what, 'it holds no bytes')
  return { tenant: row.tenant, seq: row.seq, bytes: row.bytes }
}

/** Where a log ends. Throws `corrupt` when the row does not say so. */
export function parseAuditHead(tenant: string, row: unknown): AuditHead {
  const parsed = auditHead.safeParse(row)
  if (parsed.success) return parsed.data
  throw corrupt(`the head of the audit log of ${tenant}`, 'it is no size and digest')
}

function parseBody<Body extends StoredFacts>(what: string, schema: z.ZodType<Body>, row: StoredBody): Body {
  const value = parseJson(what, schema, row.body)
  if (value.tenant === row.tenant && value.id === row.id && value.revision === row.revision) return value
  throw corrupt(what, 'its body belongs to another row')
}

type StoredFacts = Omit<StoredBody, 'body'>

function parseJson<Value>(what: string, schema: z.ZodType<Value>, text: string): Value {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    throw corrupt(what, 'it is not JSON', error)
  }
  const parsed = schema.safeParse(json)
  if (parsed.success) return parsed.data
  throw corrupt(what, `\`${parsed.error.issues[0]?.path.join('.')}\` is missing or wrong`)
}

function corrupt(what: string, because: string, cause?: unknown): MendkitError {
  const message = `${what} does not read back as it was written: ${because}; restore the database from a backup`
  return new MendkitError('corrupt', message, { cause })
}
