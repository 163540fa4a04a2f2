import {
  type AuditCheckpoint,
  type AuditHead,
  type AuditRecord,
  type Blob,
  corruptRow,
  emptyAuditHead,
  type Membership,
  readBlobText,
  readResource,
  readTexts,
  resourceKey,
  type Symptom,
} from '@mendkit/core'
import { z } from 'zod'
import type { Tables } from './tables.ts'

const auditHead = z.object({
  size: z.int().min(1),
  last: z.string().length(64),
  frontier: z.instanceof(Uint8Array),
  log_key: z.string().nullable(),
})
const logEpoch = z.object({ epoch: z.int().min(1), diverged: z.string().nullable() })
const noHead = z.object({ size: z.null() })

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

/** A checkpoint. Throws `corrupt` when its note is no text. */
export function parseCheckpointRow(row: Tables['mendkit_audit_checkpoint']): AuditCheckpoint {
  const { tenant, size, note } = row
  if (typeof note === 'string') return { tenant, size, note }
  throw corruptRow(`checkpoint ${size} of the audit log of tenant ${tenant}`, 'its note is no text')
}

/** The hashes of parts of a tile, up to the first that is not there. Throws `corrupt` when a part holds no bytes. */
export function joinTile(rows: readonly Tables['mendkit_audit_tile'][], start: number): Uint8Array {
  const found: Uint8Array[] = []
  let next = start
  for (const { tenant, level, start: at, hashes } of rows) {
    if (!(hashes instanceof Uint8Array)) {
      throw corruptRow(`the hash ${at} of level ${level} of the audit log of tenant ${tenant}`, 'it is no bytes')
    }
    if (at !== next) break
    found.push(hashes)
    next += hashes.length / 32
  }
  return Buffer.concat(found)
}

/** Where a log ends. Throws `corrupt` when the row does not say so. */
export function parseAuditHead(tenant: string, row: unknown): AuditHead {
  const epochs = logEpoch.safeParse(row)
  if (!epochs.success) throw corruptRow('the epoch of the audit logs', 'it is no number')
  const { epoch, diverged } = epochs.data
  const more = { ...(epoch > 1 && { epoch }), ...(diverged !== null && { diverged: true as const }) }
  if (noHead.safeParse(row).success) return { ...emptyAuditHead, ...more }
  const parsed = auditHead.safeParse(row)
  if (parsed.success) {
    const { size, last, frontier, log_key: key } = parsed.data
    const roots =
      Buffer.from(frontier)
        .toString('hex')
        .match(/.{1,64}/g) ?? []
    return { size, last, frontier: roots, ...(key !== null && { key }), ...more }
  }
  throw corruptRow(`the head of the audit log of tenant ${tenant}`, 'it is no size and digest')
}

function decoded(what: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    throw corruptRow(what, 'it is no UTF-8 text', { cause: error })
  }
}
