import type { Alert, Labels } from '../model/alert.ts'
import type { RecordedChange } from '../model/evidence.ts'
import { describeResource, resourceKey } from '../model/resource.ts'
import type { AlertKey, Correlator } from '../ports/correlator.ts'

/** What ties alerts beside their resource and its owner. */
export interface CorrelateByLabelsOptions {
  /**
   * Labels that together tie alerts: alerts that carry all of them with equal values belong together when they began
   * within `windowMs` of each other. @default [] (labels tie nothing)
   */
  readonly labels?: readonly string[]
  /** Milliseconds. Also how soon after a recorded change an alert must begin to stem from it. @default 300_000 */
  readonly windowMs?: number
}

/**
 * Ties alerts about the same resource or with the same topmost owner for as long as their incident is not closed, alerts
 * with the chosen labels that began within the window, and alerts that began within the window after a recorded change of
 * their resource, its owner, or their labels.
 */
export function correlateByLabels(options: CorrelateByLabelsOptions = {}): Correlator {
  const { labels = [], windowMs = 300_000 } = options
  return {
    spec: 1,
    id: 'by-labels',
    keys: (alert, changes) => [
      ...resourceKeys(alert),
      ...labelKeys(alert.labels, labels, windowMs),
      ...changeKeys(alert, changes, windowMs),
    ],
  }
}

function resourceKeys({ resource, topmost }: Alert): readonly AlertKey[] {
  const keys: AlertKey[] = []
  if (resource !== undefined) {
    const because = `same resource ${describeResource(resource)}`
    keys.push({ key: `resource:${resourceKey(resource)}`, withinMs: Infinity, because })
  }
  if (topmost !== undefined && (resource === undefined || resourceKey(topmost) !== resourceKey(resource))) {
    const because = `same owner ${describeResource(topmost)}`
    keys.push({ key: `resource:${resourceKey(topmost)}`, withinMs: Infinity, because })
  }
  return keys
}

function labelKeys(labels: Labels, chosen: readonly string[], withinMs: number): readonly AlertKey[] {
  if (chosen.length === 0 || !chosen.every((name) => Object.hasOwn(labels, name))) return []
  const key = `labels:${JSON.stringify(chosen.map((name) => [name, labels[name]]))}`
  return [{ key, withinMs, because: `same labels ${chosen.join(', ')}` }]
}

function changeKeys(alert: Alert, changes: readonly RecordedChange[], windowMs: number): readonly AlertKey[] {
  if (changes.length === 0) return []
  const start = Date.parse(alert.startsAt)
  return changes
    .filter((change) => start >= change.at && start - change.at <= windowMs && mayCause(change, alert))
    .map(({ id }) => ({ key: `change:${id}`, withinMs: Infinity, because: `recorded change ${id}` }))
}

function mayCause(change: RecordedChange, alert: Alert): boolean {
  const changed = change.resource && resourceKey(change.resource)
  if (changed !== undefined) {
    if (alert.resource !== undefined && resourceKey(alert.resource) === changed) return true
    if (alert.topmost !== undefined && resourceKey(alert.topmost) === changed) return true
  }
  const wanted = Object.entries(change.labels ?? {})
  return (
    wanted.length > 0 &&
    wanted.every(([name, value]) => Object.hasOwn(alert.labels, name) && alert.labels[name] === value)
  )
}
