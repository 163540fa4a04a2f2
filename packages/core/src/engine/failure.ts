import type { Redacted } from '../model/redacted.ts'
import { redact } from '../redact/redact.ts'

/** One redacted line about a failure, with the causes behind it. */
export function describeFailure(what: string, error: unknown): Redacted {
  return redact(`${what}: ${messages(error).join(': ')}`)
}

/** Causes that are data, such as an adapter's own classification, have no words to add. */
function messages(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error)) return typeof error === 'string' ? [error] : depth === 0 ? ['an unknown failure'] : []
  return error.cause === undefined || depth >= 3
    ? [error.message]
    : [error.message, ...messages(error.cause, depth + 1)]
}
