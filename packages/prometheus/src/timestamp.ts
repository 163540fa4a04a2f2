import { z } from 'zod'

/**
 * An RFC 3339 time, cut to milliseconds so that webhook (nanoseconds) and API (milliseconds) name the same moment alike.
 * Go's zero time means "not set" and becomes undefined.
 */
export const timestamp = z.iso
  .datetime({ offset: true, error: 'must be a time such as 2026-01-31T09:30:00Z' })
  .transform((text, issue) => {
    if (text.startsWith('0001-01-01T')) return undefined
    const at = Date.parse(text)
    if (Number.isNaN(at)) {
      issue.addIssue({ code: 'custom', message: 'is not a time that exists' })
      return z.NEVER
    }
    return new Date(at).toISOString()
  })
