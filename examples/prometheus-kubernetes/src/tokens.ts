import { createHash, timingSafeEqual } from 'node:crypto'
import type { Principal } from '@mendkit/core'

/** A person, or a program, that this host knows by a token. */
export interface Holder {
  readonly token: string
  readonly principal: Principal
}

/**
 * Tells who sent a request by its bearer token, or by the same token as the password of basic credentials, which is what a
 * browser asks for; undefined for a token that nobody holds.
 */
export function authenticateBy(holders: readonly Holder[]): (request: Request) => Principal | undefined {
  return (request) => {
    const given = tokenOf(request.headers.get('authorization') ?? '')
    // Every token is compared, so that the time taken says nothing about any of them.
    return holders.filter(({ token }) => isSame(given, token))[0]?.principal
  }
}

/** Asks a browser for a name, which does not count, and a password, which is the token. */
export function askForToken(): Response {
  const headers = { 'www-authenticate': 'Basic realm="mendkit", charset="UTF-8"' }
  return new Response('the password is your token\n', { status: 401, headers })
}

function tokenOf(authorization: string): string {
  const [, scheme = '', credentials = ''] = /^(bearer|basic) +(\S+)$/i.exec(authorization) ?? []
  if (scheme.toLowerCase() !== 'basic') return credentials
  const pair = Buffer.from(credentials, 'base64').toString()
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : ''
}

/** Compares in constant time. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
