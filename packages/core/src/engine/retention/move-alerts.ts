import type { Alert } from '../../model/alert.ts'
import { historyOf } from '../../model/history.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { addTo, type Batch } from './batch.ts'
import type { Settled } from './settled.ts'

const pageSize = 1_000
/** Pages of one alert's earlier episodes. One that has more waits until they have grown old. */
const maxPages = 10

/**
 * Moves alerts that are over from the table of alerts into history: those whose incidents have all been closed for long
 * enough, also the ones of their earlier episodes, and those that never had any. Answers where the next look begins.
 */
export async function moveAlerts(
  parts: Parts,
  where: { readonly tenant: string; readonly before: number; readonly after: string | undefined },
  batch: Batch,
  settled: Settled,
  ctx: CallContext,
): Promise<string | undefined> {
  const { tenant, before, after } = where
  // An alert is one row here, one in history, and at least one as a member.
  const limit = Math.floor(batch.room / 3)
  if (limit < 1) {
    batch.isBehind = true
    return after
  }
  const seenBefore = new Date(before).toISOString()
  const query = { tenant, seenBefore, limit: Math.min(limit, pageSize), ...(after !== undefined && { after }) }
  const { alerts, next } = await parts.store.endedAlerts(query, ctx)
  const moved: Alert[] = []
  for (const alert of alerts) if (await mayMove(parts, alert, before, settled, ctx)) moved.push(alert)
  if (next !== undefined) batch.isBehind = true
  if (moved.length === 0) return next
  const rows = moved.map(({ id, revision }) => ({ id, revision }))
  addTo(
    batch,
    [
      { kind: 'history', rows: moved.map(historyOf) },
      { kind: 'drop-alerts', rows },
    ],
    moved.length * 3,
    { alerts: moved.length },
  )
  return next
}

async function mayMove(
  parts: Parts,
  alert: Alert,
  before: number,
  settled: Settled,
  ctx: CallContext,
): Promise<boolean> {
  if (!(await settled.isSettled(alert.incidentId, before))) return false
  if (alert.episode === 1) return true
  // Earlier episodes may be members of incidents that are still open, and members are read with their alert.
  for (let pages = 0, after: string | undefined; pages < maxPages; pages += 1) {
    const query = { tenant: alert.tenant, of: 'alerts', alertId: alert.id, limit: pageSize } as const
    const page = await parts.store.history({ ...query, ...(after !== undefined && { after }) }, ctx)
    for (const row of page) {
      if (row.kind !== 'day' && !(await settled.isSettled(row.incidentId, before))) return false
    }
    after = page.at(-1)?.id
    if (page.length < pageSize) return true
  }
  return false
}
