import type { HistoryKind, HistoryRow } from '../../model/history.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { addTo, type Batch } from './batch.ts'
import { foldDays } from './fold-days.ts'
import type { Settled } from './settled.ts'

/** What every kind of ageing looks at. */
export interface Ageing {
  readonly parts: Parts
  readonly tenant: string
  readonly settled: Settled
  readonly ctx: CallContext
}

/** Pages that one look passes over for something that is old enough. */
const maxPages = 4
const pageSize = 500

/** Takes the annotations from episodes that ended before a moment. */
export async function outlineEpisodes(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  const rows = await aged(ageing, 'episode', before, batch)
  if (rows.length === 0) return
  const outlines = rows.flatMap((row): HistoryRow[] => {
    if (row.kind !== 'episode') return []
    const { annotations: _gone, ...rest } = row
    return [{ ...rest, kind: 'outline' }]
  })
  addTo(batch, [{ kind: 'history', rows: outlines }], outlines.length, { outlined: outlines.length })
}

/** Counts episodes that ended before a moment by day, alert name and resource. */
export async function foldEpisodes(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  const rows = await aged(ageing, 'outline', before, batch)
  if (rows.length === 0) return
  const days = await foldDays(ageing, rows)
  addTo(
    batch,
    [
      { kind: 'history', rows: days },
      { kind: 'drop-history', ids: rows.map(({ id }) => id) },
    ],
    rows.length + days.length,
    { folded: rows.length },
  )
}

/** Drops days that ended before a moment. */
export async function dropDays(ageing: Ageing, before: number | undefined, batch: Batch): Promise<void> {
  const rows = await aged(ageing, 'day', before, batch)
  if (rows.length === 0) return
  const ids = rows.map(({ id }) => id)
  addTo(batch, [{ kind: 'drop-history', ids }], ids.length, { history: ids.length })
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
    const query = { tenant, kind, until: before, limit, ...(after !== undefined && { after }) }
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
