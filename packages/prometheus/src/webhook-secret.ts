import { createHash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'

const advice = 'must have at least 16 characters: take random ones, such as from `openssl rand -hex 24`'

/** A secret that cannot be guessed. */
export const secretSchema = z.string({ error: advice }).min(16, advice)

/**
 * Whether an `Authorization` header carries the secret, as bearer token or as basic password with any user name. Takes the
 * same time however much of it is right.
 */
export function secretCheck(secret: string): (authorization: string | null) => boolean {
  const wanted = digest(secret)
  return (authorization) => timingSafeEqual(digest(presented(authorization ?? '')), wanted)
}

/** What was presented; an empty text, which no secret equals, when nothing was. */
function presented(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+) *$/.exec(authorization) ?? []
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return ''
  const pair = Buffer.from(value, 'base64').toString('utf8')
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : ''
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest()
}
