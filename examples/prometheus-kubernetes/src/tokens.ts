import { createHash, timingSafeEqual } from 'node:crypto'
import type { Principal } from '@mendkit/core'

/** A person, or a program, that this host knows by a token. */
export interface Holder {
  readonly token: string
  readonly principal: Principal
}

/** Tells who sent a request by its bearer token; undefined for a token that nobody holds. */
export function authenticateBy(holders: readonly Holder[]): (request: Request) => Principal | undefined {
  return (request) => {
    const given = request.headers.get('authorization') ?? ''
    // Every token is compared, so that the time taken says nothing about any of them.
    return holders.filter(({ token }) => isSame(given, `Bearer ${token}`))[0]?.principal
  }
}

/** Compares in constant time. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
