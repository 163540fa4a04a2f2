import type { HistoryRow, SeriesHistoryRow } from '../../model/history.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import type { SeriesHistoryPage } from './filter.ts'
import { type HistorySearch, oldRows } from './find-alerts.ts'

/** Series that were read as evidence and match, newest start first. */
export async function findSeries(
  store: Store,
  search: Omit<HistorySearch, 'now'>,
  ctx: CallContext,
): Promise<SeriesHistoryPage> {
  const { rows, end } = await oldRows(store, { of: 'series', isOne: isSeries }, search, ctx)
  return { rows, ...(end !== undefined && { next: end }) }
}

function isSeries(row: HistoryRow): row is SeriesHistoryRow {
  return row.kind === 'series' || row.kind === 'steps'
}
