import { MendkitError } from '../../errors.ts'
import type { Alert, IngestResult } from '../../model/alert.ts'
import type { Change, Put } from '../../model/change.ts'
import type { AuditDraft } from '../../model/event.ts'
import { historyOf } from '../../model/history.ts'
import type { CallContext } from '../../ports/context.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import type { AlertMatcher } from './alert-matchers.ts'
import { alertsDigest } from './alerts-digest.ts'
import { type AlertTable, type Folded, foldBatch } from './fold-batch.ts'
import { leaveOutCorrupt } from './leave-out-corrupt.ts'
import type { ToldAlert } from './parse-alert.ts'
import type { ToldBatch } from './parse-batch.ts'
import { readAlerts } from './read-alerts.ts'
import type { AlertTexts } from './redact-texts.ts'
import { readSourceLevels } from './source-level.ts'

/** Tries of one commit while others change the same alerts. */
const maxTries = 10
const rowsPerPut = 1_000
/** What a sender that was put off should wait. */
export const intakeRetryAfterMs = 1_000

/** What an intake knows for as long as it lives. */
export interface IntakeRules {
  /** Alerts that open and join no incident. */
  readonly ignored: readonly AlertMatcher[]
  readonly texts: (told: ToldAlert) => AlertTexts
}

/**
 * Makes some batches of one tenant durable in one commit, in their order, and answers for each. Reads and merges again
 * when somebody else changed an alert meanwhile; throws `unavailable` when that never ends, and whatever the store throws.
 */
export async function commitBatches(
  parts: Parts,
  tenant: string,
  told: readonly ToldBatch[],
  { ignored, texts }: IntakeRules,
  ctx: CallContext,
): Promise<readonly IngestResult[]> {
  for (let tries = 0; tries < maxTries; tries += 1) {
    const { found: stored, corrupt } = await readAlerts(parts.store, tenant, told, ctx)
    const batches = told.map((batch) => leaveOutCorrupt(parts, batch, corrupt))
    const levels = await readSourceLevels(parts.store, tenant, batches, ctx)
    const table: AlertTable = { stored, current: new Map(stored) }
    const ignores = ({ labels }: Pick<Alert, 'labels'>) => ignored.some((matches) => matches(labels))
    const folded = batches.map((batch) =>
      foldBatch(table, batch, { countsMissing: levels.advance(batch), ignores, texts }),
    )
    const put = [...levels.puts(), ...alertPuts(table), ...history(folded), ...raises(folded)]
    const audit = batches.flatMap((batch, index) => received(parts, batch, folded[index]))
    if (await isCommitted(parts, { tenant, expect: [], put, audit }, ctx)) {
      countLate(parts, batches, folded)
      return batches.map((batch, index) => answer(batch, folded[index]))
    }
    parts.metrics.count('mendkit_intake_conflicts_total')
  }
  const message = `alerts of tenant ${tenant} changed ${maxTries} times while a batch was taken in; send it again`
  throw new MendkitError('unavailable', message, { retryAfterMs: intakeRetryAfterMs })
}

function countLate({ metrics }: Parts, batches: readonly ToldBatch[], folded: readonly Folded[]): void {
  for (const [index, { source }] of batches.entries()) {
    const late = folded[index]?.late ?? 0
    if (late > 0) metrics.count('mendkit_alerts_late_total', { source }, late)
  }
}

async function isCommitted(parts: Parts, change: Change, ctx: CallContext): Promise<boolean> {
  if (change.put.length === 0) return true
  const result = await parts.store.commit(change, ctx)
  return result.kind === 'committed'
}

function alertPuts({ stored, current }: AlertTable): readonly Put[] {
  const rows = [...current.values()]
  const changed = stored.size === 0 ? rows : rows.filter((row) => row !== stored.get(row.id))
  const puts: Put[] = []
  for (let from = 0; from < changed.length; from += rowsPerPut) {
    puts.push({ kind: 'alerts', rows: changed.slice(from, from + rowsPerPut) })
  }
  return puts
}

/** What the rows of alerts no longer tell, now that their next episodes have begun. */
function history(folded: readonly Folded[]): readonly Put[] {
  const rows = folded.flatMap(({ over }) => over.map(historyOf))
  return rows.length === 0 ? [] : [{ kind: 'history', rows }]
}

function raises(folded: readonly Folded[]): readonly Put[] {
  const incidents = new Set(folded.flatMap((each) => [...each.incidents]))
  return [...incidents].map((incidentId) => ({ kind: 'raise', incidentId }))
}

function received(parts: Parts, batch: ToldBatch, folded: Folded | undefined): readonly AuditDraft[] {
  if (folded === undefined || folded.changed.length === 0) return []
  const statuses: Partial<Record<Alert['status'], number>> = {}
  for (const { status } of folded.changed) statuses[status] = (statuses[status] ?? 0) + 1
  const source = { kind: 'source', id: batch.source } as const
  const data = {
    source: batch.source,
    complete: batch.complete,
    accepted: batch.alerts.length,
    changed: folded.changed.length,
    refused: batch.refused.length + batch.unreadable,
    alerts: alertsDigest(folded.changed),
    statuses,
  }
  return [draft(parts, 'alerts-received', source, data, { actor: source })]
}

function answer(batch: ToldBatch, folded: Folded | undefined): IngestResult {
  return { accepted: batch.alerts.length, changed: folded?.changed.length ?? 0, refused: batch.refused }
}
