import type { Alert } from '../model/alert.ts'
import type { HistoryKind, HistoryOf, HistoryRow } from '../model/history.ts'
import type { CallContext } from './context.ts'

/** Which rows of history to read, in ascending order of id, which is that of their starts, unless told otherwise. */
export interface HistoryQuery {
  readonly tenant: string
  readonly of: HistoryOf
  readonly incidentId?: string
  readonly alertId?: string
  /** Of the alert, or of the series. */
  readonly name?: string
  /** `resourceKey` of what it is about. */
  readonly resourceKey?: string
  readonly kind?: HistoryKind
  /** Those that began then or later, ms since 1970. */
  readonly since?: number
  /** Those that began before. */
  readonly until?: number
  /** Only ids greater than this one; less than it when descending. */
  readonly after?: string
  /** Newest first. Absent: oldest first. */
  readonly descending?: true
  /** At most 1,000. */
  readonly limit: number
}

/** Some ended alerts, and where to go on. */
export interface EndedAlerts {
  readonly alerts: readonly Alert[]
  /** Where the next look begins; absent when this one came to the end of the table. */
  readonly next?: string
}

/** What a store remembers of alerts that are over and of series, and what retention looks through. Reads only. */
export interface HistoryStore {
  /**
   * Correlated alerts whose episode is over and that were last seen before a moment (ISO 8601), from a place on; in no
   * order. It looks at a bounded part of the table, so that it may answer none and still say where to go on. A corrupt
   * alert is left out, and `ctx.log` says so.
   */
  endedAlerts(
    query: { readonly tenant: string; readonly seenBefore: string; readonly after?: string; readonly limit: number },
    ctx: CallContext,
  ): Promise<EndedAlerts>
  /** A page of history. A corrupt row is left out, `ctx.log` says so, and the page is filled up. */
  history(query: HistoryQuery, ctx: CallContext): Promise<readonly HistoryRow[]>
}
