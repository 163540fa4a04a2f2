import {
  type AlertHistoryRow,
  type HistoryKind,
  type HistoryOf,
  type HistoryRow,
  outlineOf,
} from '../../model/history.ts'
import type { Ageing } from './ageing.ts'
import { addTo, type Batch } from './batch.ts'
import { coarsen } from './coarsen.ts'
import { foldDays } from './fold-days.ts'
import { keepBeginnings } from './keep-beginnings.ts'

/** Pages that one look passes over for something that is old enough. */
const maxPages = 4
const pageSize = 500

/** Takes the annotations from episodes that ended before a moment. */
export async function outlineEpisodes(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  const rows = await aged(ageing, 'episode', before, batch)
  if (rows.length === 0) return
  const outlines = rows.flatMap((row) => (row.kind === 'episode' ? [outlineOf(row)] : []))
  addTo(batch, [{ kind: 'history', rows: outlines }], outlines.length, { outlined: outlines.length })
}

/** Counts episodes that ended before a moment by day, alert name and resource. */
export async function foldEpisodes(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  if (batch.counts.has('incidents')) {
    // Both write incidents, and a row is written once in a commit.
    batch.isBehind = true
    return
  }
  const rows = await aged(ageing, 'outline', before, batch)
  if (rows.length === 0) return
  const began = await keepBeginnings(ageing, rows)
  const days = await foldDays(ageing, rows.filter(isAlert))
  addTo(
    batch,
    [...began, { kind: 'history', rows: days }, { kind: 'drop-history', ids: rows.map(({ id }) => id) }],
    rows.length + days.length + began.length,
    { folded: rows.length },
  )
}

/** Drops days that ended before a moment. */
export async function dropDays(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  const ids = (await aged(ageing, 'day', before, batch)).map(({ id }) => id)
  if (ids.length > 0) addTo(batch, [{ kind: 'drop-history', ids }], ids.length, { history: ids.length })
}

/** Makes steps of the points of series that ended before a moment. */
export async function coarsenSeries(
  ageing: Ageing,
  { before, stepMs }: { readonly before: number | undefined; readonly stepMs: number },
  batch: Batch,
): Promise<void> {
  const rows = await aged(ageing, 'series', before, batch)
  if (rows.length === 0) return
  const steps = rows.flatMap((row) => (row.kind === 'series' ? [coarsen(row, stepMs)] : []))
  addTo(batch, [{ kind: 'history', rows: steps }], steps.length, { coarsened: steps.length })
}

/** Drops series that ended before a moment. */
export async function dropSeries(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  const ids = (await aged(ageing, 'steps', before, batch)).map(({ id }) => id)
  if (ids.length > 0) addTo(batch, [{ kind: 'drop-history', ids }], ids.length, { series: ids.length })
}

/** Rows of a kind that ended before a moment and belong to no incident that is open, oldest first. */
async function aged(
  { parts, tenant, settled, ctx }: Ageing,
  kind: HistoryKind,
  before: number | undefined,
  batch: Batch,
): Promise<readonly HistoryRow[]> {
  if (before === undefined) return []
  const limit = Math.min(Math.floor(batch.room / 2), pageSize)
  if (limit < 1) {
    batch.isBehind = true
    return []
  }
  for (let pages = 0, after: string | undefined; pages < maxPages; pages += 1) {
    const query = { tenant, of: halfOf(kind), kind, until: before, limit, ...(after !== undefined && { after }) }
    const page = await parts.store.history(query, ctx)
    const old: HistoryRow[] = []
    for (const row of page) {
      if (Date.parse(row.endsAt) >= before) continue
      if (row.kind === 'day' || (await settled.isSettled(row.incidentId, before))) old.push(row)
    }
    if (page.length === limit) batch.isBehind ||= old.length > 0
    if (old.length > 0 || page.length < limit) return old
    after = page.at(-1)?.id
  }
  return []
}

function halfOf(kind: HistoryKind): HistoryOf {
  return kind === 'series' || kind === 'steps' ? 'series' : 'alerts'
}

function isAlert(row: HistoryRow): row is AlertHistoryRow {
  return halfOf(row.kind) === 'alerts'
}
