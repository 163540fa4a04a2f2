import { MendkitError } from '../../errors.ts'
import type { AlertBatch, RefusedAlert } from '../../model/alert.ts'
import type { Redacted } from '../../model/redacted.ts'
import { message } from '../../redact/message.ts'
import { issuePath } from '../../stored/issue-path.ts'
import type { Parts, TenantBatch } from '../parts.ts'
import { type BatchShape, batchSchema } from './alert-schema.ts'
import { alertIds } from './identity.ts'
import { momentReader, momentRule, parseMoment } from './moments.ts'
import { parseAlert, type ToldAlert } from './parse-alert.ts'
import { readBatchShape } from './read-shape.ts'

/** A batch, or one part of a large one, whose alerts were checked one by one. */
export interface ToldBatch {
  readonly tenant: string
  /** A name in which the redactor finds no secret: it stands in the log and in metrics. */
  readonly source: Redacted
  readonly complete: boolean
  readonly asOf: string
  readonly delivery: NonNullable<AlertBatch['delivery']>
  readonly alerts: readonly ToldAlert[]
  readonly refused: readonly RefusedAlert[]
  /** Alerts that the adapter could not read. */
  readonly unreadable: number
  /** Ids of refused alerts that can be told: they are bad, but not gone. Only of a complete batch. */
  readonly seenAnyway: readonly string[]
}

type Needed = Pick<Parts, 'settings' | 'clusters' | 'clock' | 'metrics'>

/** A source whose clock is ahead by more than this is not believed: its batches count as told now. */
const maxAheadMs = 300_000

/**
 * Checks a batch and gives it out in parts of at most `settings.intake.maxAlertsPerBatch` alerts; the alerts of a part are
 * looked at when it is asked for. All parts are of one moment, and only the last can be complete: whoever takes them in
 * their order has seen every alert of the batch by then.
 *
 * Throws `invalid` with the path of the first bad field for a batch that cannot be taken at all; an alert that is wrong by
 * itself is refused with the path of its bad field, and the rest is taken.
 */
export function parseBatch(parts: Needed, batch: TenantBatch): Iterable<ToldBatch> {
  const shape = readBatchShape(batch) ?? judged(parts, batch)
  const asOf = parseMoment(shape.asOf)
  if (asOf === undefined || asOf === null) throw invalid(parts, 'asOf', momentRule, 'time')
  if (shape.unreadable > 0) {
    parts.metrics.count('mendkit_alerts_refused_total', { rule: 'unreadable' }, shape.unreadable)
  }
  return inParts(parts, { ...shape, asOf: believable(parts, asOf) })
}

function judged(parts: Needed, batch: TenantBatch): BatchShape {
  const parsed = batchSchema.safeParse(batch)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw invalid(parts, issuePath(issue?.path ?? []) || 'batch', issue?.message ?? 'is not valid', 'shape')
}

function* inParts(parts: Needed, batch: BatchShape): Generator<ToldBatch, void, undefined> {
  const { tenant, source, cluster, asOf, delivery, alerts } = batch
  const { intake } = parts.settings
  const times = { startOf: momentReader(), endOf: momentReader() }
  const origin = { idOf: alertIds(source), cluster, knownClusters: parts.clusters, limits: intake, ...times }
  const seenAnyway: string[] = []
  let { unreadable, complete } = batch
  if (unreadable > 0) complete = false
  for (let from = 0; from === 0 || from < alerts.length; from += intake.maxAlertsPerBatch) {
    const taken: ToldAlert[] = []
    const refused: RefusedAlert[] = []
    for (let index = from; index < Math.min(alerts.length, from + intake.maxAlertsPerBatch); index += 1) {
      const one = parseAlert(alerts[index], index, origin)
      if (!('fault' in one)) {
        taken.push(one)
        continue
      }
      const path = `alerts[${index}]${one.fault.path === '' ? '' : `.${one.fault.path}`}`
      refused.push({ index, path, because: one.fault.because })
      // Whose identity cannot be told may be any of those that are missing.
      if (one.id === undefined) complete = false
      else seenAnyway.push(one.id)
      parts.metrics.count('mendkit_alerts_refused_total', { rule: one.fault.rule })
    }
    const isComplete = complete && from + intake.maxAlertsPerBatch >= alerts.length
    const seen = isComplete ? seenAnyway : []
    yield { tenant, source, complete: isComplete, asOf, delivery, alerts: taken, refused, unreadable, seenAnyway: seen }
    unreadable = 0
  }
}

function believable({ clock, metrics }: Pick<Parts, 'clock' | 'metrics'>, asOf: string): string {
  const now = clock.now()
  if (Date.parse(asOf) <= now + maxAheadMs) return asOf
  metrics.count('mendkit_batches_ahead_total')
  return new Date(now).toISOString()
}

function invalid({ metrics }: Pick<Parts, 'metrics'>, path: string, because: string, rule: string): MendkitError {
  metrics.count('mendkit_batches_refused_total', { because: rule })
  return new MendkitError('invalid', message`the batch was refused: \`${path}\` ${because}`, { path })
}
