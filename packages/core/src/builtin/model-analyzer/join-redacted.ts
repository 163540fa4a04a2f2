import type { Redacted } from '../../model/redacted.ts'

/**
 * Parts that each passed the redactor, one under the other. The whole is not redacted again: a quote that somebody left open
 * after the word password would then take along whatever follows it, facts and the end of a fence included.
 */
export function joinRedacted(parts: readonly Redacted[]): Redacted {
  return parts.join('\n') as Redacted
}
