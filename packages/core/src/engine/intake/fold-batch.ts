import type { Alert } from '../../model/alert.ts'
import { type Merged, mergeAlert, missAlert, type Telling } from './merge-alert.ts'
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
export interface FoldRules extends Pick<Telling, 'ignores' | 'texts'> {
  /** True when the alerts that it does not hold are missed: it is complete, and newer than the last complete one. */
  readonly countsMissing: boolean
}

/** Merges a batch into the table of alerts. */
export function foldBatch(table: AlertTable, batch: ToldBatch, rules: FoldRules): Folded {
  const changed = changedAlerts()
  const incidents = new Set<string>()
  const over: Alert[] = []
  let late = 0
  const take = (before: Alert | undefined, { row, changed: didChange, late: isLate }: Merged): void => {
    if (isLate) late += 1
    if (row !== before) table.current.set(row.id, row)
    if (!didChange) return
    changed.note(before, row)
    if (before !== undefined && before.episode !== row.episode) over.push(before)
    if (before?.incidentId !== undefined) incidents.add(before.incidentId)
  }
  const { tenant, source, asOf, delivery } = batch
  const telling: Telling = { tenant, source, asOf, delivery, ignores: rules.ignores, texts: rules.texts }
  for (const alert of batch.alerts) {
    const before = table.current.get(alert.id)
    take(before, mergeAlert(before, alert, telling))
  }
  if (rules.countsMissing) {
    const seen = new Set([...batch.alerts.map((alert) => alert.id), ...batch.seenAnyway])
    for (const row of [...table.current.values()]) {
      if (isMissing(row, batch, seen)) take(row, missAlert(row, batch.asOf))
    }
  }
  return { changed: changed.all, incidents, over, late }
}

/** Changed alerts in their order, each once, as its last change left it. */
function changedAlerts(): { readonly all: readonly Alert[]; note(before: Alert | undefined, row: Alert): void } {
  const all: Alert[] = []
  /** Where they stand; made when the first alert comes that may stand there already. */
  let places: Map<string, number> | undefined
  const placeOf = (id: string): number | undefined => {
    places ??= new Map(all.map((each, index) => [each.id, index]))
    return places.get(id)
  }
  return {
    all,
    note(before, row) {
      // An alert that was in no table until now cannot have changed before.
      const place = before === undefined ? undefined : placeOf(row.id)
      if (place !== undefined) {
        all[place] = row
        return
      }
      places?.set(row.id, all.length)
      all.push(row)
    },
  }
}

function isMissing(row: Alert, batch: ToldBatch, seen: ReadonlySet<string>): boolean {
  return row.source === batch.source && row.status !== 'resolved' && row.lastSeenAt < batch.asOf && !seen.has(row.id)
}
