import type { Principal } from '../model/principal.ts'

/**
 * Says who sends a request: a principal, a `Response` to send instead (such as the way to a login), or undefined for nobody that
 * is known.
 */
export type Authenticate = (
  request: Request,
) => Principal | Response | undefined | Promise<Principal | Response | undefined>
