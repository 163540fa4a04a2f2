import { MendkitError } from '../../errors.ts'
import type { Alert } from '../../model/alert.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'
import { correlateChunk, type Resolve } from './correlate-chunk.ts'
import { createTopmostOf } from './owners.ts'
import type { OwnersPatience } from './owners-patience.ts'
import type { PartitionName } from './read-chunk.ts'
import { reconsiderChanges } from './reconsider.ts'
import { type Resolution, resolveResource } from './resolve-resource.ts'

/** Alerts that one commit takes. */
const chunkSize = 1_000
/** A sweep ends after so many chunks, so that a storm without end does not hold up what else a sweep does. */
const maxChunks = 200

/**
 * Correlates all alerts that wait for it, of every tenant, oldest start first; makes alerts wait again that a newly
 * recorded change may explain; and merges incidents whose executions no longer keep them apart. Alerts whose owners are
 * out of reach wait as long as `patience` has. May be called by several workers at once. Throws `unavailable` when the
 * store cannot be reached; whatever is not done stays pending.
 */
export async function correlatePending(parts: Parts, patience: OwnersPatience, ctx: CallContext): Promise<void> {
  const resolve = createResolve(parts, ctx)
  await reconsiderChanges(parts, ctx)
  await mergeWaiting(parts, resolve, ctx)
  let after: Alert | undefined
  for (let chunks = 0; chunks < maxChunks; chunks += 1) {
    const pending = await parts.store.pendingAlerts({ limit: chunkSize, ...(after && { after }) }, ctx)
    let done = 0
    for (const { name, alerts } of byPartition(pending)) {
      const ready = await patience.ready(name, alerts, resolve)
      if (ready.length > 0) done += await correlateSome(parts, name, ready, resolve, ctx)
    }
    parts.metrics.count('mendkit_alerts_correlated_total', {}, done)
    if (pending.length < chunkSize) return
    // What waits or fails must not hold up what stands behind it, which may be another tenant's.
    if (done < pending.length) after = pending.at(-1)
  }
}

/** Correlates a chunk; when something in it fails, its halves, so that one bad alert does not hold up the others. */
async function correlateSome(
  parts: Parts,
  name: PartitionName,
  alerts: readonly Alert[],
  resolve: Resolve,
  ctx: CallContext,
): Promise<number> {
  try {
    return (await correlateChunk(parts, name, alerts, resolve, ctx)) ? alerts.length : 0
  } catch (error) {
    if (ctx.signal.aborted || MendkitError.is(error, 'unavailable')) throw error
    parts.metrics.count('mendkit_correlation_failures_total', {})
    if (alerts.length <= 1) {
      parts.log.error(describeFailure(`alert ${alerts[0]?.id} could not be correlated`, error))
      return 0
    }
    const middle = alerts.length >> 1
    const first = await correlateSome(parts, name, alerts.slice(0, middle), resolve, ctx)
    return first + (await correlateSome(parts, name, alerts.slice(middle), resolve, ctx))
  }
}

async function mergeWaiting(parts: Parts, resolve: Resolve, ctx: CallContext): Promise<void> {
  const partitions = await parts.store.list('partition', { states: ['merging'], limit: chunkSize }, ctx)
  for (const { tenant, id } of partitions) {
    await unlessCorrupt(parts, `incidents of cluster ${id} cannot be merged`, () =>
      correlateChunk(parts, { tenant, cluster: id }, [], resolve, ctx),
    )
  }
}

interface PartitionAlerts {
  readonly name: PartitionName
  readonly alerts: Alert[]
}

function byPartition(pending: readonly Alert[]): Iterable<PartitionAlerts> {
  const groups = new Map<string, PartitionAlerts>()
  for (const alert of pending) {
    const { tenant, cluster } = alert
    const key = JSON.stringify([tenant, cluster])
    const group = groups.get(key) ?? { name: { tenant, cluster }, alerts: [] }
    group.alerts.push(alert)
    groups.set(key, group)
  }
  return groups.values()
}

/** Resolves each alert once in a sweep, shares look-ups of owners, and says once which alerts have no known object. */
function createResolve(parts: Parts, ctx: CallContext): Resolve {
  const topmostOf = createTopmostOf(parts, ctx)
  const known = new Map<string, Promise<Resolution>>()
  const told = new Set<string>()

  async function resolve(alert: Alert): Promise<Resolution> {
    const resolution = await resolveResource(alert, parts, ctx, topmostOf)
    if (resolution.kind === 'unresolved') unresolved(alert, resolution.because)
    return resolution
  }

  function unresolved(alert: Alert, because: string): void {
    parts.metrics.count('mendkit_alerts_unresolved_total', {})
    const alertname = alert.labels['alertname'] ?? ''
    const isNews = alert.episode === 1 && alert.incidentId === undefined && !told.has(alertname)
    if (!isNews) return
    told.add(alertname)
    parts.log.warn(message`alert ${alertname} is correlated without an object: ${because}`)
  }

  return (alert) => {
    const key = JSON.stringify([alert.tenant, alert.id])
    const before = known.get(key)
    if (before !== undefined) return before
    const resolving = resolve(alert)
    known.set(key, resolving)
    return resolving
  }
}
