import type { Alert } from '../../model/alert.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import type { Parts } from '../parts.ts'
import { chunkChange } from './chunk-change.ts'
import { formFamilies } from './form-families.ts'
import { placeAlerts } from './join-alerts.ts'
import { type KnownAlert, knowAlert } from './known-alerts.ts'
import { type Footing, type PartitionName, readFooting, readHeldKeys, readOpenIncidents } from './read-chunk.ts'
import type { Resolution } from './resolve-resource.ts'
import { settleFamily } from './settle-family.ts'

/** Finds out what an alert is about. */
export type Resolve = (alert: Alert) => Promise<Resolution>

const maxTries = 5

/**
 * Correlates some pending alerts of one tenant and cluster in one commit: opens incidents, joins alerts, merges incidents
 * that turn out to be one. With no alerts it only tries merges that wait. Two workers cannot do this at once: the commit
 * swaps the partition's document, and the loser reads everything again. Answers false when that was tried too often; the
 * alerts stay pending.
 */
export async function correlateChunk(
  parts: Parts,
  name: PartitionName,
  pending: readonly Alert[],
  resolve: Resolve,
  ctx: CallContext,
): Promise<boolean> {
  let alerts = pending
  for (let tries = 0; tries < maxTries; tries += 1) {
    if (tries > 0) alerts = await stillPending(parts, name, alerts, ctx)
    const change = await prepare(parts, name, alerts, resolve, ctx)
    if (change === undefined) return true
    const result = await parts.store.commit(change, ctx)
    if (result.kind === 'committed') return true
    parts.metrics.count('mendkit_correlation_conflicts_total', {})
  }
  parts.log.warn(
    message`correlation of cluster ${name.cluster} lost ${maxTries} times against others; it goes on with the next sweep`,
  )
  return false
}

async function stillPending(
  parts: Parts,
  { tenant }: PartitionName,
  alerts: readonly Alert[],
  ctx: CallContext,
): Promise<readonly Alert[]> {
  if (alerts.length === 0) return []
  const now = await parts.store.alerts(
    tenant,
    alerts.map(({ id }) => id),
    ctx,
  )
  return now.filter(({ correlated }) => correlated === 'pending')
}

async function prepare(
  parts: Parts,
  name: PartitionName,
  pending: readonly Alert[],
  resolve: Resolve,
  ctx: CallContext,
) {
  const footing = await readFooting(parts, name, ctx)
  const alerts = await knowAlerts(parts, footing, pending, resolve)
  const held = await readHeldKeys(parts, name, alerts, ctx)
  const { waiting } = footing.partition
  const ids = [...held, ...alerts.map(({ alert }) => alert)].flatMap(({ incidentId }) => incidentId ?? [])
  const incidents = await readOpenIncidents(parts, name.tenant, [...ids, ...waiting.flat()], ctx)
  const families = formFamilies({ alerts, held, incidents, waiting })
  const settled = await Promise.all(families.all.map((family) => settleFamily(parts, name, family, ctx)))
  const placed = placeAlerts(alerts, families, settled, incidents)
  return chunkChange(parts, { name, footing, held, families, settled, placed }, ctx)
}

async function knowAlerts(
  parts: Parts,
  { changes }: Footing,
  pending: readonly Alert[],
  resolve: Resolve,
): Promise<readonly KnownAlert[]> {
  const found = await Promise.all(pending.map(resolve))
  return pending.map((alert, index) => knowAlert(parts, alert, found[index] as Resolution, changes.recent))
}
