import type { AuditDraft } from '../model/event.ts'
import type { Fault } from './row-fault.ts'

/** Texts that one put may erase. */
const most = 1_000

/** A fault unless entries of the same change name every text that is erased: whoever reads the log must learn why it is gone. */
export function erasureFault(digests: readonly string[], audit: readonly AuditDraft[]): Fault | undefined {
  if (digests.length > most) return { path: 'digests', because: `must be at most ${most}` }
  const told = new Set(audit.flatMap((draft) => (draft.type === 'blobs-erased' ? draft.data.digests : [])))
  const untold = digests.findIndex((digest) => !told.has(digest))
  if (untold < 0) return undefined
  return { path: `digests[${untold}]`, because: 'must stand in a blobs-erased entry of the same change' }
}
