import type { Incident } from '../../model/incident.ts'
import { createGroups } from './groups.ts'
import { createHolders } from './holders.ts'
import type { KnownAlert } from './known-alerts.ts'
import type { PlacedKey } from './place-key.ts'
import type { HeldKey } from './read-chunk.ts'

/** Alerts and incidents that belong together. */
export interface Family {
  /** Alerts that tie, oldest start first. */
  readonly alerts: readonly KnownAlert[]
  /** Oldest first. */
  readonly incidents: readonly Incident[]
}

/** Families, and who holds which key in them. */
export interface Families {
  readonly all: readonly Family[]
  /** Families that hold the key close enough to its start. */
  near(key: PlacedKey): readonly Family[]
  /** Whether somebody beside this alert holds its key. */
  isShared(alertId: string, key: PlacedKey): boolean
  /** Whether this incident holds the key. */
  isHeldBy(incidentId: string, key: PlacedKey): boolean
}

/** What families are formed from. */
export interface FamilyInput {
  readonly alerts: readonly KnownAlert[]
  readonly held: readonly HeldKey[]
  /** By id; none of them closed. */
  readonly incidents: ReadonlyMap<string, Incident>
  /** Groups of incident ids that were found to belong together earlier. */
  readonly waiting: readonly (readonly string[])[]
}

/**
 * Forms families: whoever shares a key close enough in time is of one family, and so is an alert with the incident that
 * it belongs to already. Pure, and the same for any order of the alerts.
 */
export function formFamilies({ alerts, held, incidents, waiting }: FamilyInput): Families {
  const groups = createGroups()
  const holders = createHolders()
  const tying = alerts.filter(({ ties }) => ties)
  for (const { alert, keys } of tying) {
    for (const key of keys) holders.hold(key, alertName(alert.id), key.at, key.at)
    if (alert.incidentId !== undefined && incidents.has(alert.incidentId)) {
      groups.tie(alertName(alert.id), incidentName(alert.incidentId))
    }
  }
  for (const { key, time, incidentId, from, until } of held) {
    if (!incidents.has(incidentId)) continue
    holders.hold({ stored: key, ...(time && { time }) }, incidentName(incidentId), from, until)
  }
  for (const [first, ...others] of waiting.map((ids) => ids.filter((id) => incidents.has(id)))) {
    for (const other of others) if (first !== undefined) groups.tie(incidentName(first), incidentName(other))
  }
  holders.tieAll(groups)

  const families = new Map<string, { alerts: KnownAlert[]; incidents: Incident[] }>()
  const familyOf = (name: string) => {
    const group = groups.groupOf(name)
    const family = families.get(group) ?? { alerts: [], incidents: [] }
    families.set(group, family)
    return family
  }
  for (const each of [...tying].sort(byStart)) familyOf(alertName(each.alert.id)).alerts.push(each)
  for (const each of [...incidents.values()].sort(byAge)) familyOf(incidentName(each.id)).incidents.push(each)

  return {
    all: [...families.values()],
    near: (key) => holders.near(key).flatMap(([someone]) => (someone === undefined ? [] : [familyOf(someone)])),
    isShared: (alertId, key) => holders.near(key).some((who) => who.size > 1 || !who.has(alertName(alertId))),
    isHeldBy: (incidentId, key) => holders.near(key).some((who) => who.has(incidentName(incidentId))),
  }
}

/** Oldest incident first. */
export function byAge(a: Incident, b: Incident): number {
  return a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1)
}

function byStart({ alert: a }: KnownAlert, { alert: b }: KnownAlert): number {
  if (a.startsAt !== b.startsAt) return a.startsAt < b.startsAt ? -1 : 1
  return a.id < b.id ? -1 : 1
}

function alertName(id: string): string {
  return `alert ${id}`
}

function incidentName(id: string): string {
  return `incident ${id}`
}
