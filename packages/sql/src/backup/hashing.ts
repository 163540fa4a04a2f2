import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'

/** What went through, when it is through. */
export interface Hashed {
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

/** Lets bytes through and counts and hashes them. */
export function hashing(): { readonly through: Transform; readonly result: () => Hashed } {
  const sha256 = createHash('sha256')
  let bytes = 0
  const through = new Transform({
    transform(chunk: Uint8Array, _, done) {
      bytes += chunk.length
      sha256.update(chunk)
      done(null, chunk)
    },
  })
  return { through, result: () => ({ bytes, sha256: sha256.digest('hex') }) }
}
