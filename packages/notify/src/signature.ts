import { createHmac } from 'node:crypto'
import { MendkitError } from '@mendkit/core'

/** What a signature is made over. */
export interface SignedParts {
  readonly id: string
  /** Seconds since 1970. */
  readonly timestamp: number
  readonly body: string
}

/** What to give as a secret. */
export const secretAdvice = 'must hold at least 16 bytes: take `whsec_` and the output of `openssl rand -base64 32`'

/**
 * The key in a secret: a `whsec_` secret is base64, as the Standard Webhooks specification
 * (https://github.com/standard-webhooks/standard-webhooks) writes it; any other is taken as its UTF-8 bytes. Throws `config`
 * that says `who` was given it for fewer than 16 bytes, without repeating the secret.
 */
export function signingKey(who: string, secret: string): Buffer {
  const key = decoded(secret)
  if (key.length >= 16) return key
  throw new MendkitError('config', `${who}: secret: ${secretAdvice}`, { path: 'secret' })
}

/** `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`, as the specification's symmetric scheme says. */
export function sign(key: Buffer, { id, timestamp, body }: SignedParts): string {
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`, 'utf8').digest('base64')}`
}

function decoded(secret: string): Buffer {
  return secret.startsWith('whsec_')
    ? Buffer.from(secret.slice('whsec_'.length), 'base64')
    : Buffer.from(secret, 'utf8')
}
