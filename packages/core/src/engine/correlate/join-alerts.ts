import type { Alert, Membership } from '../../model/alert.ts'
import type { Put } from '../../model/change.ts'
import type { Incident } from '../../model/incident.ts'
import type { Redacted } from '../../model/redacted.ts'
import { redact } from '../../redact/redact.ts'
import { byAge, type Families } from './form-families.ts'
import type { KnownAlert } from './known-alerts.ts'
import type { HeldKey } from './read-chunk.ts'
import { keeperOf, type SettledFamily } from './settle-family.ts'

/** An alert that is correlated now, and the incident that it has joined, or was in already. */
export interface PlacedAlert {
  readonly known: KnownAlert
  /** Absent for a suppressed alert that no incident waits for. */
  readonly incident?: Incident
  /** True when it was not in that incident before. */
  readonly joins: boolean
  readonly because: readonly Redacted[]
}

const maxReasons = 20

/** Finds every alert its incident: the one of its family, or for a suppressed one the oldest that holds one of its keys. */
export function placeAlerts(
  alerts: readonly KnownAlert[],
  families: Families,
  settled: readonly SettledFamily[],
  incidents: ReadonlyMap<string, Incident>,
): readonly PlacedAlert[] {
  const byFamily = new Map(settled.map((each) => [each.family, each]))
  const tied = settled.flatMap((each) => each.family.alerts.map((known) => placeTied(known, each, families)))
  const others = alerts.filter(({ ties }) => !ties).map((known) => placeQuiet(known, families, byFamily, incidents))
  return [...tied, ...others]
}

function placeTied(known: KnownAlert, settled: SettledFamily, families: Families): PlacedAlert {
  const { alert, keys } = known
  const keeper = keeperOf(settled, alert.incidentId)
  const shared = keys.filter((key) => families.isShared(alert.id, key))
  return { known, incident: keeper ?? settled.survivor, joins: keeper === undefined, because: reasons(shared) }
}

function placeQuiet(
  known: KnownAlert,
  families: Families,
  byFamily: ReadonlyMap<unknown, SettledFamily>,
  incidents: ReadonlyMap<string, Incident>,
): PlacedAlert {
  const { alert, keys } = known
  const own = incidents.get(alert.incidentId ?? '')
  if (own !== undefined) return { known, incident: own, joins: false, because: [] }
  const holding = keys.filter((key) => families.near(key).length > 0)
  const survivors = holding.flatMap((key) => families.near(key).flatMap((each) => byFamily.get(each)?.survivor ?? []))
  const [incident] = survivors.sort(byAge)
  return { known, joins: incident !== undefined, because: reasons(holding), ...(incident && { incident }) }
}

function reasons(keys: readonly { readonly because: string }[]): readonly Redacted[] {
  // Reasons name objects, and so hold what sources wrote into labels.
  return [...new Set(keys.map(({ because }) => because))].slice(0, maxReasons).map((because) => redact(because))
}

/** The rows of alerts that are correlated now. Those of an incident that merges keep it: the merge moves them. */
export function correlatedAlert({ known, incident, joins }: PlacedAlert): Alert {
  const { incidentId, ...rest } = known.alert
  const id = joins ? incident?.id : incident && incidentId
  return { ...rest, correlated: 'done', ...(id !== undefined && { incidentId: id }) }
}

/** The membership of an alert that joins. */
export function membershipOf({ known, because, incident }: PlacedAlert, now: number): Membership | undefined {
  const { tenant, id, episode } = known.alert
  if (incident === undefined) return undefined
  return { tenant, incidentId: incident.id, alertId: id, episode, joinedAt: new Date(now).toISOString(), because }
}

/** The keys that incidents hold now and did not before. */
export function keyPuts(cluster: string, placed: readonly PlacedAlert[], held: readonly HeldKey[]): readonly Put[] {
  const stretches = new Map<string, { key: string; incidentId: string; from: number; until: number }>()
  for (const { known, incident } of placed) {
    if (incident === undefined || !known.ties) continue
    for (const { stored, at } of known.keys) {
      const name = `${incident.id} ${stored}`
      const stretch = stretches.get(name) ?? { key: stored, incidentId: incident.id, from: at, until: at }
      stretch.from = Math.min(stretch.from, at)
      stretch.until = Math.max(stretch.until, at)
      stretches.set(name, stretch)
    }
  }
  for (const { incidentId, key, from, until } of held) {
    const name = `${incidentId} ${key}`
    const stretch = stretches.get(name)
    if (stretch !== undefined && from <= stretch.from && stretch.until <= until) stretches.delete(name)
  }
  return [...stretches.values()].map((stretch) => ({ kind: 'correlation-key', cluster, ...stretch }))
}
