import { type CallContext, silentLogger } from '@mendkit/core'

/** A context for one call: never aborts and logs nothing, unless told otherwise. */
export function callContext(given: Partial<CallContext> = {}): CallContext {
  return { signal: new AbortController().signal, log: silentLogger, ...given }
}
