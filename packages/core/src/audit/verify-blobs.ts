import type { Blob } from '../model/audit-entry.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { blobDigest } from './blob-digest.ts'
import type { Findings } from './findings.ts'
import type { AuditEntry } from './parse-entry.ts'

/** Texts that are in memory at once. */
const chunkSize = 100

const saltForm = /^[0-9a-f]{32}$/

/** The digest of what is stored now; none for a salt in a form that was never written, whatever bytes it can be read as. */
function actualDigest({ salt, text }: Blob): string {
  return saltForm.test(salt) ? blobDigest(salt, text) : ''
}

/** Reads every text that the entries name, and compares it with its digest. */
export async function verifyBlobs(
  store: AuditStore,
  tenant: string,
  entries: readonly AuditEntry[],
  findings: Findings,
  ctx: CallContext,
): Promise<void> {
  const named = entries.flatMap(({ seq, blobs }) => Object.values(blobs).map((digest) => ({ seq, digest })))
  for (let start = 0; start < named.length; start += chunkSize) {
    const chunk = named.slice(start, start + chunkSize)
    const found = await store.blobs(tenant, [...new Set(chunk.map(({ digest }) => digest))], ctx)
    const actual = new Map(found.map((blob) => [blob.digest, actualDigest(blob)]))
    for (const { seq, digest } of chunk) {
      if (actual.get(digest) === digest) continue
      const text = `text ${digest} of entry ${seq}`
      if (actual.has(digest)) findings.add('blob-differs', seq, `${text} was changed`)
      else findings.add('blob-missing', seq, `${text} is gone, and no entry says that it was erased`)
    }
  }
}
