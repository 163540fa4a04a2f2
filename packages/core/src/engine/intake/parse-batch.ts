import { MendkitError } from '../../errors.ts'
import type { RefusedAlert } from '../../model/alert.ts'
import { issuePath } from '../../stored/issue-path.ts'
import type { Parts, TenantBatch } from '../parts.ts'
import { batchSchema } from './alert-schema.ts'
import { momentRule, parseMoment } from './moments.ts'
import { parseAlert, type ToldAlert } from './parse-alert.ts'

/** A checked alert with its place in the batch as it was sent. */
interface BatchedAlert extends ToldAlert {
  readonly index: number
}

/** A batch whose alerts were checked one by one. */
export interface ToldBatch {
  readonly tenant: string
  readonly source: string
  readonly complete: boolean
  readonly asOf: string
  readonly alerts: readonly BatchedAlert[]
  readonly refused: readonly RefusedAlert[]
  /** Ids of refused alerts that can be told: they are bad, but not gone. */
  readonly seenAnyway: readonly string[]
}

/** A source whose clock is ahead by more than this is not believed: its batches count as told now. */
const maxAheadMs = 300_000

/**
 * Checks a batch. Throws `invalid` with the path of the first bad field for a batch that cannot be taken at all; an alert
 * that is wrong by itself is refused with the path of its bad field, and the rest is taken.
 */
export function parseBatch(
  parts: Pick<Parts, 'settings' | 'clusters' | 'clock' | 'metrics'>,
  batch: TenantBatch,
): ToldBatch {
  const parsed = batchSchema.safeParse(batch)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw invalid(parts, issuePath(issue?.path ?? []) || 'batch', issue?.message ?? 'is not valid', 'shape')
  }
  const { tenant, source, cluster, complete, alerts } = parsed.data
  const limits = parts.settings.intake
  if (alerts.length > limits.maxAlertsPerBatch) {
    const because = `holds ${alerts.length} alerts; settings.intake.maxAlertsPerBatch is ${limits.maxAlertsPerBatch}, send less at once`
    throw invalid(parts, 'alerts', because, 'size')
  }
  const asOf = parseMoment(parsed.data.asOf)
  if (asOf === undefined || asOf === null) throw invalid(parts, 'asOf', momentRule, 'time')
  const origin = { source, cluster, knownClusters: parts.clusters, limits }
  const taken: BatchedAlert[] = []
  const refused: RefusedAlert[] = []
  const seenAnyway: string[] = []
  for (const [index, input] of alerts.entries()) {
    const one = parseAlert(input, origin)
    if (one.kind === 'told') {
      taken.push({ ...one.alert, index })
      continue
    }
    const path = `alerts[${index}]${one.fault.path === '' ? '' : `.${one.fault.path}`}`
    refused.push({ index, path, because: one.fault.because })
    if (one.id !== undefined) seenAnyway.push(one.id)
    parts.metrics.count('mendkit_alerts_refused_total', { rule: one.fault.rule })
  }
  return { tenant, source, complete, asOf: believable(parts, asOf), alerts: taken, refused, seenAnyway }
}

function believable({ clock, metrics }: Pick<Parts, 'clock' | 'metrics'>, asOf: string): string {
  const now = clock.now()
  if (Date.parse(asOf) <= now + maxAheadMs) return asOf
  metrics.count('mendkit_batches_ahead_total')
  return new Date(now).toISOString()
}

function invalid({ metrics }: Pick<Parts, 'metrics'>, path: string, because: string, rule: string): MendkitError {
  metrics.count('mendkit_batches_refused_total', { because: rule })
  return new MendkitError('invalid', `the batch was refused: \`${path}\` ${because}`, { path })
}
