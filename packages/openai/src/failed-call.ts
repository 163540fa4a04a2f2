import type { ProviderFailure } from './parse-failure.ts'

/** Carries why a call failed to where it is made an error for the caller. It never leaves this package. */
export class FailedCall extends Error {
  override readonly name = 'FailedCall'
  readonly failure: ProviderFailure

  constructor(failure: ProviderFailure) {
    super(`no reply: ${failure.kind}`)
    this.failure = failure
  }
}

/** What is no reply of the interface. */
export function noProtocol(detail: string): FailedCall {
  return new FailedCall({ kind: 'no-protocol', detail })
}

/** No reply, or not the whole of one. */
export function noAnswer(detail: string | undefined): FailedCall {
  return new FailedCall({ kind: 'no-answer', detail })
}

/** A reply that ended before its end. */
export function endedEarly(): FailedCall {
  return noAnswer('the reply ended before its end')
}
