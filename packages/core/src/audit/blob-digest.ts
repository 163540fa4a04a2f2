import { hash } from 'node:crypto'

/** What names a blob: SHA-256 over the 16 bytes of its salt, given in hex, and the UTF-8 text; in hex. */
export function blobDigest(salt: string, text: string): string {
  return hash('sha256', Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(text, 'utf8')]))
}
