import type { Alert } from '../../model/alert.ts'
import { type Merged, mergeAlert, missAlert, type Told } from './merge-alert.ts'
import type { ToldBatch } from './parse-batch.ts'

/** Alerts as a commit will leave them, by id, and what they were when they were read. */
export interface AlertTable {
  readonly stored: ReadonlyMap<string, Alert>
  readonly current: Map<string, Alert>
}

/** What one batch did to the table. */
export interface Folded {
  /** Alerts whose episode began, changed or ended, as they are now, in the order of the batch. */
  readonly changed: readonly Alert[]
  /** Incidents that changed alerts belong to, or belonged to before a new episode. */
  readonly incidents: ReadonlySet<string>
  /** Ended episodes over which a new one has begun, as they were. */
  readonly over: readonly Alert[]
  /** Pushed alerts that changed nothing, because the episode that they speak of is over. */
  readonly late: number
}

/** How a batch is to be read. */
export interface FoldRules {
  /** True when the alerts that it does not hold are missed: it is complete, and newer than the last complete one. */
  readonly countsMissing: boolean
  readonly ignores: (alert: Pick<Alert, 'labels'>) => boolean
  readonly texts: (alert: ToldBatch['alerts'][number]) => ReturnType<Told['texts']>
}

/** Merges a batch into the table of alerts. */
export function foldBatch(table: AlertTable, batch: ToldBatch, rules: FoldRules): Folded {
  const changed = new Map<string, Alert>()
  const incidents = new Set<string>()
  const over: Alert[] = []
  let late = 0
  const take = (before: Alert | undefined, { row, changed: didChange, late: isLate }: Merged): void => {
    if (isLate) late += 1
    if (row !== before) table.current.set(row.id, row)
    if (!didChange) return
    changed.set(row.id, row)
    if (before !== undefined && before.episode !== row.episode) over.push(before)
    if (before?.incidentId !== undefined) incidents.add(before.incidentId)
  }
  for (const alert of batch.alerts) {
    const before = table.current.get(alert.id)
    const { tenant, source, asOf, delivery } = batch
    take(
      before,
      mergeAlert(before, {
        tenant,
        source,
        asOf,
        delivery,
        alert,
        ignored: rules.ignores(alert),
        texts: () => rules.texts(alert),
      }),
    )
  }
  if (rules.countsMissing) {
    const seen = new Set([...batch.alerts.map((alert) => alert.id), ...batch.seenAnyway])
    for (const row of [...table.current.values()]) {
      if (isMissing(row, batch, seen)) take(row, missAlert(row, batch.asOf))
    }
  }
  return { changed: [...changed.values()], incidents, over, late }
}

function isMissing(row: Alert, batch: ToldBatch, seen: ReadonlySet<string>): boolean {
  return row.source === batch.source && row.status !== 'resolved' && row.lastSeenAt < batch.asOf && !seen.has(row.id)
}
