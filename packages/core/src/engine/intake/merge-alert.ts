import type { Alert, AlertStatus } from '../../model/alert.ts'
import { earlier, later } from './moments.ts'
import type { ToldAlert } from './parse-alert.ts'
import type { AlertTexts } from './redact-texts.ts'

/** Who tells of some alerts, and how they are to be read and stored. */
export interface Telling {
  readonly tenant: string
  readonly source: string
  readonly asOf: string
  readonly delivery: 'read' | 'pushed'
  /** True for alerts that open and join no incident. */
  readonly ignores: (alert: Pick<Alert, 'labels'>) => boolean
  /** The free texts; called only when they are stored. */
  readonly texts: (alert: ToldAlert) => AlertTexts
}

/** The row after a telling: the very row before when nothing is to be written. */
export interface Merged {
  readonly row: Alert
  /** True when an episode began, changed or ended; false when the alert was only seen again. */
  readonly changed: boolean
  /** True when it was pushed and says that an episode goes on of which the end is known. */
  readonly late?: boolean
}

/**
 * Merges what a source told into the row of an alert, as Alertmanager merges episodes: earliest start, latest end, and a
 * start after the recorded end opens a new episode. What is older than the row's `lastSeenAt` neither reopens nor ends
 * anything; of two tellings of one moment, resolved beats suppressed beats firing.
 *
 * A pushed telling is as old as nobody knows: its `asOf` is only its arrival. Alertmanager's webhook for a firing alert holds no
 * other time than `startsAt`, so that a late double of it looks like an alert that goes on. It therefore never reopens the
 * episode that covers its start. A host that only gets webhooks would never be told of that episode's end again; a host that
 * also polls learns within one poll whether the alert fires, and a batch that was read reopens.
 */
export function mergeAlert(before: Alert | undefined, alert: ToldAlert, telling: Telling): Merged {
  if (before === undefined) return newEpisode(undefined, alert, telling)
  if (before.status !== 'resolved') return continueEpisode(before, alert, telling)
  const { startsAt, status } = alert
  const start = startsAt ?? (status === 'resolved' ? before.startsAt : telling.asOf)
  const isNew = start > (before.endsAt ?? before.startsAt)
  return isNew ? newEpisode(before, alert, telling) : reviseEnded(before, alert, telling)
}

/** A complete batch did not hold this unresolved alert: the second time in a row ends its episode. */
export function missAlert(row: Alert, asOf: string): Merged {
  const missed = row.missed + 1
  if (missed < 2) return { row: { ...row, missed }, changed: false }
  return { row: ended({ ...row, missed }, asOf), changed: true }
}

function newEpisode(before: Alert | undefined, alert: ToldAlert, telling: Telling): Merged {
  const { asOf, tenant, source } = telling
  const endsAt = alert.status === 'resolved' ? (alert.endsAt ?? asOf) : undefined
  const startsAt = alert.startsAt ?? (endsAt === undefined ? asOf : earlier(asOf, endsAt))
  const { annotations, generatorUrl } = telling.texts(alert)
  const row: { -readonly [Field in keyof Alert]: Alert[Field] } = {
    tenant,
    id: alert.id,
    source,
    cluster: alert.cluster,
    fingerprint: alert.fingerprint,
    episode: (before?.episode ?? 0) + 1,
    status: alert.status,
    labels: alert.labels,
    annotations,
    startsAt,
    lastSeenAt: before === undefined ? asOf : later(before.lastSeenAt, asOf),
    // An episode that is told of only when it is over opens nothing.
    correlated: alert.status === 'resolved' || telling.ignores(alert) ? 'done' : 'pending',
    missed: 0,
    revision: before?.revision ?? 0,
  }
  if (generatorUrl !== undefined) row.generatorUrl = generatorUrl
  if (endsAt !== undefined) row.endsAt = endsAt
  if (before?.resource !== undefined) row.resource = before.resource
  if (before?.topmost !== undefined) row.topmost = before.topmost
  return { row, changed: true }
}

function continueEpisode(before: Alert, alert: ToldAlert, telling: Telling): Merged {
  const { asOf } = telling
  const startsAt = startNow(before, alert, asOf)
  if (alert.status === 'resolved') {
    const endsAt = alert.endsAt ?? asOf
    const ofEarlierEpisode = endsAt < before.startsAt
    if (ofEarlierEpisode || asOf < before.lastSeenAt) return { row: before, changed: false }
    return { row: ended({ ...before, startsAt, lastSeenAt: asOf, missed: 0 }, endsAt), changed: true }
  }
  const status = statusNow(before, alert, asOf)
  if (status === before.status && startsAt === before.startsAt) return { row: seenAgain(before, asOf), changed: false }
  return { row: relink({ ...seenAgain(before, asOf), startsAt, status }, before, alert, telling), changed: true }
}

/** The earliest start. What is older than the row speaks of an episode before this one when its start is earlier. */
function startNow(before: Alert, alert: ToldAlert, asOf: string): string {
  return asOf < before.lastSeenAt ? before.startsAt : earlier(before.startsAt, alert.startsAt)
}

function statusNow(before: Alert, alert: ToldAlert, asOf: string): AlertStatus {
  if (asOf < before.lastSeenAt) return before.status
  return asOf === before.lastSeenAt && before.status === 'suppressed' ? 'suppressed' : alert.status
}

/** The episode is over; the telling may have a later end, or know that it goes on after all. */
function reviseEnded(before: Alert, alert: ToldAlert, telling: Telling): Merged {
  const { asOf, delivery } = telling
  const startsAt = startNow(before, alert, asOf)
  if (alert.status === 'resolved') {
    const endsAt = later(before.endsAt ?? before.startsAt, alert.endsAt ?? before.startsAt)
    const changed = endsAt !== before.endsAt || startsAt !== before.startsAt
    const seen = seenAgain(before, asOf)
    return { row: changed ? { ...seen, startsAt, endsAt } : seen, changed }
  }
  if (delivery === 'pushed') return { row: before, changed: false, late: true }
  if (asOf <= before.lastSeenAt) return { row: before, changed: false }
  const { endsAt: _over, ...open } = seenAgain(before, asOf)
  return { row: relink({ ...open, startsAt, status: alert.status }, before, alert, telling), changed: true }
}

/** What newly fires, or turns out to have begun earlier, is correlated (again). */
function relink(after: Alert, before: Alert, alert: ToldAlert, telling: Telling): Alert {
  if (after.status !== 'firing') return after
  const correlated = telling.ignores(alert) ? 'done' : 'pending'
  if (before.status === 'firing') return { ...after, correlated }
  const { annotations, generatorUrl } = telling.texts(alert)
  return { ...after, annotations, ...(generatorUrl !== undefined && { generatorUrl }), correlated }
}

function ended(row: Alert, endsAt: string): Alert {
  // Whoever was seen firing is correlated, however short it was; what was only ever suppressed no longer matters.
  const correlated = row.status === 'suppressed' ? 'done' : row.correlated
  return { ...row, status: 'resolved', endsAt: later(endsAt, row.startsAt), correlated }
}

function seenAgain(row: Alert, asOf: string): Alert {
  if (asOf <= row.lastSeenAt && row.missed === 0) return row
  return asOf < row.lastSeenAt ? row : { ...row, lastSeenAt: asOf, missed: 0 }
}
