import { blobDigest } from '../audit/blob-digest.ts'
import type { Blob } from '../model/audit-entry.ts'
import type { Put } from '../model/change.ts'
import { redact } from '../redact/redact.ts'
import type { Parts } from './parts.ts'

/** Redacts a text and makes the blob that keeps it, under a salt of its own. */
export function blobOf(parts: Pick<Parts, 'random'>, tenant: string, text: string): Blob {
  const redacted = redact(text)
  const salt = parts.random.hex(16)
  return { tenant, digest: blobDigest(salt, redacted), salt, text: redacted }
}

/** The row that stores a blob. */
export function blobPut(blob: Blob): Put {
  return { kind: 'blob', blob }
}
