import type { Alert } from '../model/alert.ts'
import { Candidates, compareTexts } from './candidates.ts'

/** Where an alert stands among those that wait for correlation: oldest start first. */
export interface PendingPlace {
  /** Ms since 1970. */
  readonly startsAt: number
  readonly tenant: string
  readonly id: string
}

/** Finds the row of an alert as it is now. */
type AlertNow = (tenant: string, id: string) => Alert | undefined

/** The place of an alert that waits, or would. */
export function pendingPlace({ startsAt, tenant, id }: Pick<Alert, 'startsAt' | 'tenant' | 'id'>): PendingPlace {
  return { startsAt: toMs(startsAt), tenant, id }
}

/** Reads times, and remembers the last: neighbours share most of theirs, and reading one costs more than all else here. */
function timeReader(): (text: string) => number {
  let last = { text: '', ms: Number.NaN }
  return (text) => {
    if (text !== last.text) last = { text, ms: Date.parse(text) }
    return last.ms
  }
}

const toMs = timeReader()

/** An index of alerts that wait for correlation. */
export function pendingIndex(alertNow: AlertNow): Candidates<PendingPlace> {
  return new Candidates(comparePlaces, ({ startsAt, tenant, id }) => {
    const alert = alertNow(tenant, id)
    return alert?.correlated === 'pending' && toMs(alert.startsAt) === startsAt ? alert : undefined
  })
}

/** An index of the ids of those alerts of one tenant for which something holds. */
export function idIndex(alerts: ReadonlyMap<string, Alert>, holds: (alert: Alert) => boolean): Candidates<string> {
  return new Candidates(compareTexts, (id) => {
    const alert = alerts.get(id)
    return alert !== undefined && holds(alert) ? alert : undefined
  })
}

function comparePlaces(left: PendingPlace, right: PendingPlace): number {
  return left.startsAt - right.startsAt || compareTexts(left.tenant, right.tenant) || compareTexts(left.id, right.id)
}
