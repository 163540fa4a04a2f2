import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { blobDigest } from './blob-digest.ts'
import type { AuditEntry } from './parse-entry.ts'

/** Texts that are in memory at once. */
const chunkSize = 100

/** A text that an entry names and that is gone, or that is not what it was. */
export interface BlobFailure {
  readonly verified: false
  readonly at: number
  readonly problem: 'blob-missing' | 'blob-differs'
  readonly because: string
}

/** Reads every text that the entries name, and compares it with its digest. Undefined when all are as they were. */
export async function verifyBlobs(
  store: AuditStore,
  tenant: string,
  entries: readonly AuditEntry[],
  ctx: CallContext,
): Promise<BlobFailure | undefined> {
  const named = entries.flatMap(({ seq, blobs }) => Object.values(blobs).map((digest) => ({ seq, digest })))
  for (let start = 0; start < named.length; start += chunkSize) {
    const chunk = named.slice(start, start + chunkSize)
    const found = await store.blobs(tenant, [...new Set(chunk.map(({ digest }) => digest))], ctx)
    const actual = new Map(found.map((blob) => [blob.digest, blobDigest(blob.salt, blob.text)]))
    const wrong = chunk.find(({ digest }) => actual.get(digest) !== digest)
    if (wrong !== undefined) return failureOf(wrong.seq, wrong.digest, actual.has(wrong.digest))
  }
  return undefined
}

function failureOf(at: number, digest: string, present: boolean): BlobFailure {
  const text = `text ${digest} of entry ${at}`
  return present
    ? { verified: false, at, problem: 'blob-differs', because: `${text} was changed` }
    : { verified: false, at, problem: 'blob-missing', because: `${text} is gone, and no entry says that it was erased` }
}
