import type { EventType } from '@mendkit/core'

/** The commits around which a host can be killed, by what they write into the log. */
const commits = [
  'engine-started',
  'alerts-received',
  'incident-opened',
  'evidence-collected',
  'diagnosis-made',
  'plan-made',
  'approval-requested',
  'approval-granted',
  'command-given',
  'execution-intended',
  'execution-observed',
  'execution-verified',
  'execution-ended',
  'notice-queued',
  'notice-sent',
] as const satisfies readonly EventType[]

/** Requests and deliveries around which a host can be killed. */
type Crossing = 'call' | 'fence' | 'event' | 'notice'

/** The n-th commit at all stands in for the n-th fsync where those cannot be counted. */
type CommitPoint = 'before commit' | `${'before' | 'after'} commit of ${EventType}`

/**
 * A named moment in the life of a host. `call in transit`: the request has left and arrives when its sender is long dead.
 */
export type Point = CommitPoint | `${'before' | 'after'} ${Crossing}` | 'call in transit' | 'during verification'

/** Every point at which a run may kill. Those around the effect stand there more than once, so that they come up more. */
export const points: readonly [Point, ...Point[]] = [
  'before call',
  'after call',
  'call in transit',
  'before call',
  'after call',
  'call in transit',
  'before fence',
  'after fence',
  'before event',
  'after event',
  'before notice',
  'after notice',
  'during verification',
  ...commits.flatMap((type) => [`before commit of ${type}`, `after commit of ${type}`] as const),
]
