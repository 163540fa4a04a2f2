import type { AuditEntry } from './parse-entry.ts'

/** Digests of the texts that an entry says are gone with it. */
export function erasedDigests({ type, data }: Pick<AuditEntry, 'type' | 'data'>): readonly string[] {
  const digests = type === 'blobs-erased' ? data['digests'] : undefined
  return Array.isArray(digests) ? digests.filter((digest) => typeof digest === 'string') : []
}
