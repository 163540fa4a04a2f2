import type { Clock } from '../../ports/clock.ts'

/** The sweeps that a run makes again and again. */
export const sweeps = ['correlate', 'claim', 'notices'] as const
/** One of the sweeps of a run. */
export type Sweep = (typeof sweeps)[number]

/** What can fail again and again: a sweep, a detector, or the steps of an incident. */
type PartKind = 'sweep' | 'detector' | 'incident'

/** Failures in a row of one part. */
export interface Streak {
  readonly kind: PartKind
  readonly name: string
  readonly times: number
  /** When the first of them was, milliseconds since 1970. */
  readonly since: number
  /** When the last of them was, on the monotonic clock. */
  readonly lastAt: number
}

/** A part that has not failed for so long is quiet, not failing: a source may have nothing to say for hours. */
const leastQuietMs = 300_000
/** The same in sweeps, for hosts that sweep rarely. */
const quietSweeps = 20

/** Streaks that are kept at once; the one that failed longest ago makes room. */
const maxStreaks = 1_000

/** Rows of the store that a person should look at. */
export interface CountedRows {
  /** How many there are, of all tenants. Beyond 10,000 the newest are not counted. */
  readonly count: number
  /** Ids of the newest, at most five, newest first. */
  readonly newest: readonly string[]
}

/** Notices that at least one notifier will never take; they stay in the store. */
export type FailedNotices = CountedRows

/** Escalated incidents of which nobody answered any page. */
export type UnansweredEscalations = CountedRows

/** What stays undone until a person sees to it, as it was last counted. */
interface LeftUndone {
  readonly failedNotices: FailedNotices
  readonly unansweredEscalations: UnansweredEscalations
}

/** How an anchor sink fares, as of the last look. */
interface SinkSigns {
  /** Since when it has not taken all logs, ms since 1970; absent when it has. */
  readonly since?: number
  /** Logs that speak against what was anchored of them. */
  readonly refused: number
}

/** How the certifier of the keys of logs fares, as of the last look. */
interface CertifierSigns {
  /** Logs whose key is not certified. */
  readonly uncertified: number
  /** Since when it fails, ms since 1970; absent when it does not. */
  readonly since?: number
}

/** How retention of this process fares. */
export interface RetentionVitals {
  /** When it last looked at every tenant, ms since 1970; absent while another process does it, or before the first time. */
  readonly lastRunAt?: number
  /** Whether there is more to do at once. */
  readonly behind: boolean
}

/** What the run of a process tells about itself. */
export interface VitalSigns {
  readonly running: boolean
  /** When alerts were last correlated, milliseconds since 1970; absent before the first time. */
  readonly lastSweepAt?: number
  /** Milliseconds since each sweep was last made whole, counted from the start of the run; empty while nothing runs. */
  readonly sinceSweep: ReadonlyMap<Sweep, number>
  readonly streaks: readonly Streak[]
  /** By id; empty before the first look, and while nothing runs. */
  readonly anchors: ReadonlyMap<string, SinkSigns>
  /** As they were last counted; absent before the first time, and when nothing runs. */
  readonly leftUndone?: LeftUndone
  readonly retention?: RetentionVitals
  /** Absent without a certifier, before the first look, and while nothing runs. */
  readonly certified?: CertifierSigns
}

/** Sweeps that may be missed before somebody should know. */
const patienceInSweeps = 10

/** For how long a sweep may not have been made whole, ms. */
export function sweepPatienceMs(sweepMs: number): number {
  return patienceInSweeps * Math.max(sweepMs, 1_000)
}

/** Keeps account of how the parts of a run fare. It holds one streak for each part that fails now. */
export interface Vitals {
  begin(): void
  end(): void
  well(kind: PartKind, name: string): void
  /** Answers how often the part has failed in a row. */
  failed(kind: PartKind, name: string): number
  leftUndone(counted: LeftUndone): void
  anchored(sink: string, signs: SinkSigns): void
  retention(vitals: RetentionVitals): void
  certified(signs: CertifierSigns): void
  read(): VitalSigns
}

/** Makes the account of one process that sweeps every `sweepMs`. */
export function createVitals(clock: Clock, sweepMs: number): Vitals {
  const quietMs = Math.max(leastQuietMs, quietSweeps * sweepMs)
  const streaks = new Map<string, Streak>()
  const swept = new Map<string, number>()
  const anchors = new Map<string, SinkSigns>()
  let startedAt: number | undefined
  let lastSweepAt: number | undefined
  let leftUndone: LeftUndone | undefined
  let retention: RetentionVitals | undefined
  let certified: CertifierSigns | undefined

  const isCurrent = (streak: Streak) => clock.monotonic() - streak.lastAt <= quietMs

  /** Lets go of what is over, else of what failed longest ago: failures stand in the order of their last one. */
  function forget(): void {
    for (const [key, streak] of streaks) if (!isCurrent(streak)) streaks.delete(key)
    const [oldest] = streaks.keys()
    if (streaks.size >= maxStreaks && oldest !== undefined) streaks.delete(oldest)
  }

  return {
    begin() {
      startedAt = clock.monotonic()
    },
    end() {
      startedAt = undefined
      leftUndone = undefined
      retention = undefined
      certified = undefined
      streaks.clear()
      anchors.clear()
      swept.clear()
    },
    well(kind, name) {
      streaks.delete(keyOf(kind, name))
      if (kind !== 'sweep') return
      swept.set(name, clock.monotonic())
      if (name === 'correlate') lastSweepAt = clock.now()
    },
    failed(kind, name) {
      const before = streaks.get(keyOf(kind, name))
      const begun = before !== undefined && isCurrent(before) ? before : { times: 0, since: clock.now() }
      const after = { kind, name, times: begun.times + 1, since: begun.since, lastAt: clock.monotonic() }
      streaks.delete(keyOf(kind, name))
      if (streaks.size >= maxStreaks) forget()
      streaks.set(keyOf(kind, name), after)
      return after.times
    },
    leftUndone(counted) {
      leftUndone = counted
    },
    anchored(sink, signs) {
      anchors.set(sink, signs)
    },
    retention(vitals) {
      retention = vitals
    },
    certified(signs) {
      certified = signs
    },
    read() {
      const now = clock.monotonic()
      const start = startedAt
      return {
        running: start !== undefined,
        ...(lastSweepAt !== undefined && { lastSweepAt }),
        anchors: new Map(anchors),
        ...(leftUndone !== undefined && { leftUndone }),
        ...(retention !== undefined && { retention }),
        ...(certified !== undefined && { certified }),
        sinceSweep: new Map(start === undefined ? [] : sweeps.map((name) => [name, now - (swept.get(name) ?? start)])),
        streaks: [...streaks.values()].filter(isCurrent),
      }
    },
  }
}

function keyOf(kind: PartKind, name: string): string {
  return `${kind} ${name}`
}
