import { blobDigest } from '../audit/blob-digest.ts'
import type { Blob } from '../model/audit-entry.ts'
import type { Put } from '../model/change.ts'
import { redactMarking } from '../redact/redact.ts'
import { redactWithin } from '../redact/redact-within.ts'
import { marker } from '../redact/secret-keys.ts'
import type { Mark } from '../redact/span.ts'
import type { Parts } from './parts.ts'

/**
 * Redacts a text and makes the blob that keeps it, under a salt of its own. A text of more than
 * `settings.engine.maxTextLength` characters is cut, counted, and says so in its last line.
 */
export function blobOf(
  parts: Pick<Parts, 'random' | 'settings' | 'metrics' | 'hide'>,
  tenant: string,
  text: string,
  mark: Mark = marker,
): Blob {
  const redactor = (read: string) => redactMarking(parts.hide?.text(read) ?? read, mark)
  const { text: kept, cut } = redactWithin(text, parts.settings.engine.maxTextLength, redactor)
  if (cut > 0) parts.metrics.count('mendkit_texts_cut_total')
  const salt = parts.random.hex(16)
  return { tenant, digest: blobDigest(salt, kept), salt, text: kept }
}

/** The row that stores a blob. */
export function blobPut(blob: Blob): Put {
  return { kind: 'blob', blob }
}
