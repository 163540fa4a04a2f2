import type { Nudge } from '../../model/nudge.ts'
import type { Waker } from '../work/waker.ts'

/** What wakes each loop of a run before its sweep. */
export type Wakers = Readonly<Record<Nudge, Waker>>
