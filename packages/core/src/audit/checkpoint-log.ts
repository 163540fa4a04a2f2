import { parseCheckpoint } from './checkpoint.ts'
import { tenantOf } from './log-origin.ts'
import { parseVerifierKey } from './verifier-key.ts'
import { signatureChecks } from './verify-signature.ts'

/** Of which log a checkpoint tells, as one of these keys signed it. */
export interface CheckpointLog {
  readonly tenant: string
  readonly size: number
  /** Base64. */
  readonly root: string
}

/**
 * Reads a checkpoint that was kept outside; undefined unless one of these verifier keys signed it. Throws `invalid` for a text
 * that is no checkpoint, and for a key that is none.
 */
export function readCheckpoint(note: string, trust: readonly string[]): CheckpointLog | undefined {
  const checkpoint = parseCheckpoint(note)
  const isSignedBy = signatureChecks()
  for (const key of trust.map(parseVerifierKey)) {
    const tenant = tenantOf(checkpoint.origin, key.name)
    if (tenant === undefined || !isSignedBy(checkpoint, key)) continue
    return { tenant, size: checkpoint.size, root: Buffer.from(checkpoint.root).toString('base64') }
  }
  return undefined
}
