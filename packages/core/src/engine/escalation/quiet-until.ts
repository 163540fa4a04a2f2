import type { Urgency } from '../../model/notice.ts'
import type { EscalationPolicy } from './policies.ts'

const minuteMs = 60_000
/** However the calendar is written, nothing waits longer than this. */
const longestWaitMs = 86_400_000

/**
 * When a notice of this urgency may be sent, ms since 1970: at once, or at the first minute that is not quiet, and after a
 * day at the latest.
 */
export function quietUntil(policy: EscalationPolicy, urgency: Urgency, now: number): number {
  if (!policy.isQuiet(urgency, now)) return now
  const latest = now + longestWaitMs
  for (let at = nextMinute(now); at < latest; at += minuteMs) if (!policy.isQuiet(urgency, at)) return at
  return latest
}

function nextMinute(now: number): number {
  return (Math.floor(now / minuteMs) + 1) * minuteMs
}
