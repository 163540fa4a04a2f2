import type { Change } from './change.ts'

/** What there is to do: incidents are due, alerts wait for correlation, notices wait for delivery. */
export type Nudge = 'due' | 'pending' | 'notices'

/** Every nudge. */
export const everyNudge = ['due', 'pending', 'notices'] as const satisfies readonly Nudge[]

/** Of what workers are to be told when a change is committed. */
export function nudgesOf(change: Change): ReadonlySet<Nudge> {
  const nudges = new Set<Nudge>()
  for (const put of change.put) {
    if (put.kind === 'raise' || put.kind === 'schedule') nudges.add('due')
    if (put.kind === 'alerts' || (put.kind === 'document' && put.table === 'change')) nudges.add('pending')
    if (put.kind === 'document' && put.table === 'notice' && put.row.attempts === 0) nudges.add('notices')
  }
  return nudges
}
