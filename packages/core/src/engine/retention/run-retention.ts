import type { RetentionKind } from '../../model/retention.ts'
import type { CallContext } from '../../ports/context.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { coarsenSeries, dropDays, dropSeries, foldEpisodes, outlineEpisodes } from './age-history.ts'
import type { Ageing } from './ageing.ts'
import { newBatch } from './batch.ts'
import { moveAlerts } from './move-alerts.ts'
import { ageLimit, retentionOf } from './policy.ts'
import { pruneIncidents } from './prune-incidents.ts'
import { pruneNotices } from './prune-notices.ts'
import { settledIncidents } from './settled.ts'
import { retentionSetting } from './turn.ts'

/** Where the next looks at a tenant begin; an absent place is the beginning. */
export interface RetentionPlaces {
  readonly alerts?: string
  readonly incidents?: string
}

/** What one run did for a tenant. */
export interface RetentionRun {
  /** Empty when nothing was old enough, or when somebody else changed it first. */
  readonly counts: ReadonlyMap<RetentionKind, number>
  /** Whether there is more to do at once. */
  readonly isBehind: boolean
  readonly places: RetentionPlaces
}

/**
 * One run for a tenant: at most `settings.retention.batchRows` rows, or one incident with all that hangs on it, in one commit
 * with one audit entry. What was changed by somebody else meanwhile makes the commit conflict, and nothing has happened.
 */
export async function runRetention(
  parts: Parts,
  tenant: string,
  from: RetentionPlaces,
  ctx: CallContext,
): Promise<RetentionRun> {
  const { store, settings } = parts
  const policy = retentionOf(settings, tenant)
  const [turn, now] = await Promise.all([store.get('setting', tenant, retentionSetting, ctx), store.now(ctx)])
  const batch = newBatch(settings.retention.batchRows)
  const settled = settledIncidents(parts, tenant, ctx)
  const ageing: Ageing = { parts, tenant, settled, ctx }
  const closed = { tenant, before: ageLimit(now, policy.incidentsMs), after: from.incidents }
  const incidents = await pruneIncidents(parts, closed, batch, settled, ctx)
  await pruneNotices(ageing, ageLimit(now, policy.noticesMs), batch)
  const where = { tenant, before: now - policy.alertsMs, after: from.alerts }
  const alerts = await moveAlerts(parts, where, batch, settled, ctx)
  await dropDays(ageing, ageLimit(now, policy.historyMs), batch)
  await foldEpisodes(ageing, ageLimit(now, policy.episodesMs), batch)
  await outlineEpisodes(ageing, now - policy.annotationsMs, batch)
  await dropSeries(ageing, ageLimit(now, policy.seriesMs), batch)
  const points = { before: now - policy.pointsMs, stepMs: settings.retention.stepMs }
  await coarsenSeries(ageing, points, batch)
  const places = { ...(alerts !== undefined && { alerts }), ...(incidents !== undefined && { incidents }) }
  if (batch.put.length === 0) return { counts: new Map(), isBehind: batch.isBehind, places }
  const counts = Object.fromEntries(batch.counts)
  const entry = draft(parts, 'retention-applied', { kind: 'engine', id: retentionSetting }, counts)
  const row = { revision: 0, ...turn, tenant, id: retentionSetting, value: { at: now } }
  const put = [{ kind: 'document', table: 'setting', row } as const, ...batch.put]
  const result = await store.commit({ tenant, expect: [], put, audit: [...batch.audit, entry] }, ctx)
  if (result.kind === 'conflict') {
    parts.metrics.count('mendkit_retention_conflicts_total')
    return { counts: new Map(), isBehind: true, places: from }
  }
  for (const [kind, rows] of batch.counts) parts.metrics.count('mendkit_retention_rows_total', { kind }, rows)
  return { counts: batch.counts, isBehind: batch.isBehind, places }
}
