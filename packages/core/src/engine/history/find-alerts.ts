import { type AlertHistoryRow, type HistoryOf, type HistoryRow, historyOf } from '../../model/history.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import type { AlertHistoryPage, HistoryFilter } from './filter.ts'

const pageSize = 500
/** Rows of history that one call looks at. */
const mostRows = 10_000
/** Looks at the table of alerts that one call makes. */
const mostLooks = 20

/** Where to look, from where on, and for how much. */
export interface HistorySearch {
  readonly tenant: string
  readonly filter: HistoryFilter
  readonly after: string | undefined
  readonly limit: number
  /** Ms since 1970. */
  readonly now: number
}

/**
 * Alerts that are over and match, newest start first: those that are history, and those that still stand among the alerts.
 * A page may be shorter than its limit although more follows, because the rows that one call looks at are bounded.
 */
export async function findAlerts(store: Store, search: HistorySearch, ctx: CallContext): Promise<AlertHistoryPage> {
  // In this order: an alert that becomes history in between is then found twice, and not missed.
  const recent = await recentRows(store, search, ctx)
  const old = await oldRows(store, { of: 'alerts', isOne: isAlert }, search, ctx)
  // Behind the place where the look at history ended, nothing can be said yet.
  const shown = recent.rows.filter(({ id }) => old.end === undefined || id >= old.end)
  const all = new Map([...old.rows, ...shown].map((row) => [row.id, row]))
  const sorted = [...all.values()].sort((left, right) => (left.id < right.id ? 1 : -1))
  const rows = sorted.slice(0, search.limit)
  const next = sorted.length > rows.length ? rows.at(-1)?.id : old.end
  return { rows, complete: recent.complete, ...(next !== undefined && { next }) }
}

/** Ended alerts that are not history yet. They are found by no index, so that all of them are looked at. */
async function recentRows(store: Store, { tenant, filter, after, now }: HistorySearch, ctx: CallContext) {
  const rows: AlertHistoryRow[] = []
  // Clocks of sources may be ahead.
  const seenBefore = new Date(now + 86_400_000).toISOString()
  for (let looks = 0, place: string | undefined; looks < mostLooks; looks += 1) {
    const query = { tenant, seenBefore, limit: 1_000, ...(place !== undefined && { after: place }) }
    const { alerts, next } = await store.endedAlerts(query, ctx)
    for (const row of alerts.map(historyOf)) {
      if ((after === undefined || row.id < after) && filter.isIn(row) && filter.matches(row)) rows.push(row)
    }
    place = next
    if (place === undefined) return { rows, complete: true }
  }
  return { rows, complete: false }
}

/** Rows of one half of history that match; `end` is the last one that was looked at, when more may follow. */
export async function oldRows<Row extends HistoryRow>(
  store: Store,
  { of, isOne }: { readonly of: HistoryOf; readonly isOne: (row: HistoryRow) => row is Row },
  { tenant, filter, after, limit }: Omit<HistorySearch, 'now'>,
  ctx: CallContext,
): Promise<{ readonly rows: readonly Row[]; readonly end: string | undefined }> {
  const rows: Row[] = []
  let end = after
  for (let seen = 0; seen < mostRows; seen += pageSize) {
    const query = { ...filter.indexed, tenant, of, descending: true, limit: pageSize } as const
    const page = await store.history({ ...query, ...(end !== undefined && { after: end }) }, ctx)
    for (const row of page) {
      end = row.id
      if (isOne(row) && filter.matches(row)) rows.push(row)
      if (rows.length === limit) return { rows, end }
    }
    if (page.length < pageSize) return { rows, end: undefined }
  }
  return { rows, end }
}

function isAlert(row: HistoryRow): row is AlertHistoryRow {
  return 'alertname' in row
}
