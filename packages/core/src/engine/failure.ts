import type { Redacted } from '../model/redacted.ts'
import { redact } from '../redact/redact.ts'

/** One redacted line about a failure, with the causes behind it. */
export function describeFailure(what: string, error: unknown): Redacted {
  return redact(`${what}: ${messages(error).join(': ')}`)
}

function messages(error: unknown, depth = 0): readonly string[] {
  if (!(error instanceof Error)) return [String(error)]
  return error.cause === undefined || depth >= 3
    ? [error.message]
    : [error.message, ...messages(error.cause, depth + 1)]
}
