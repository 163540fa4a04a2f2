import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Principal } from '../../model/principal.ts'

/** Tokens that only this page can have put into a form: one for each principal and approval. */
export interface FormTokens {
  of(principal: Principal, approvalId: string): string
  /** In constant time. */
  isOf(given: string, principal: Principal, approvalId: string): boolean
}

/** Tokens under a key. Whoever is the same to the host gets the same token, whatever roles it has by now. */
export function formTokens(key: string): FormTokens {
  const of = ({ tenant, id, via }: Principal, approvalId: string) =>
    createHmac('sha256', key)
      .update(JSON.stringify(['approval', tenant, id, via, approvalId]))
      .digest('hex')
  return {
    of,
    isOf(given, principal, approvalId) {
      const encoder = new TextEncoder()
      const [a, b] = [encoder.encode(given), encoder.encode(of(principal, approvalId))]
      return a.byteLength === b.byteLength && timingSafeEqual(a, b)
    },
  }
}
