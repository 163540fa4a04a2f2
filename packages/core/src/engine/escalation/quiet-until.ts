import type { Urgency } from '../../model/notice.ts'
import type { EscalationPolicy } from './policies.ts'

const minuteMs = 60_000
/** However the calendar is written, nothing waits longer than this. */
const longestWaitMs = 86_400_000
/** Two for each minute of a day, and some: enough for hours in which now the one window holds and now another. */
const mostQuestions = 3_000

/**
 * When a notice of this urgency may be sent, ms since 1970: at once, or at the first minute that is not quiet, and after a
 * day at the latest. The window that held last is asked first. Where that takes more than 3,000 questions to the calendar the
 * notice is sent at the minute that was come to: too early rather than never.
 */
export function quietUntil(policy: EscalationPolicy, urgency: Urgency, now: number): number {
  const latest = now + longestWaitMs
  const windows = [...policy.quietWindows(urgency)]
  let questions = 0
  for (let at = now; at < latest; at = nextMinute(at)) {
    const holding = windows.findIndex((holdsAt) => holdsAt(at))
    questions += holding === -1 ? windows.length : holding + 1
    if (holding === -1 || questions >= mostQuestions) return at
    windows.unshift(...windows.splice(holding, 1))
  }
  return latest
}

function nextMinute(now: number): number {
  return (Math.floor(now / minuteMs) + 1) * minuteMs
}
