import type { Alert, Labels } from './alert.ts'
import type { Redacted } from './redacted.ts'
import { type Resource, resourceKey } from './resource.ts'

/** What every row of history tells. Times are ISO 8601 in UTC. */
export interface HistoryFacts {
  readonly tenant: string
  /** In order of the start: of two ids of alerts, or of two of series, the lower one began earlier. */
  readonly id: string
  /** What it is about, as far as that was known; of an alert, the topmost controller. */
  readonly resource?: Resource
  readonly labels: Labels
  readonly startsAt: string
  readonly endsAt: string
}

/** One stretch of firing that is over. */
export interface EpisodeFacts extends HistoryFacts {
  readonly alertname: string
  readonly cluster: string
  readonly alertId: string
  readonly episode: number
  readonly source: string
  readonly incidentId?: string
}

/** A series of measured values that was read as evidence. */
export interface SeriesFacts extends HistoryFacts {
  /** What the tool calls the values. */
  readonly name: string
  readonly tool: string
  readonly incidentId: string
  readonly evidenceId: string
}

/**
 * What is remembered of alerts that are over. `episode`: one stretch of firing, whole. `outline`: the same when it has grown
 * old, without its annotations. `day`: the stretches of one alert name about one resource that began on one day (in UTC),
 * counted; its labels are those that all of them had.
 */
export type AlertHistoryRow =
  | (EpisodeFacts & { readonly kind: 'episode'; readonly annotations: Readonly<Record<string, Redacted>> })
  | (EpisodeFacts & { readonly kind: 'outline' })
  | (HistoryFacts & {
      readonly kind: 'day'
      readonly alertname: string
      readonly cluster: string
      readonly episodes: number
      /** For how long they fired in all, in ms. */
      readonly firingMs: number
    })

/**
 * What is remembered of series. `series`: every point, as `[ms since 1970, value]`. `steps`: the same when it has grown old, as
 * `[ms since 1970, least, greatest, mean, number of points]` of stretches of `stepMs`.
 */
export type SeriesHistoryRow =
  | (SeriesFacts & { readonly kind: 'series'; readonly points: readonly SeriesPoint[] })
  | (SeriesFacts & { readonly kind: 'steps'; readonly stepMs: number; readonly points: readonly SeriesStep[] })

/** When, ms since 1970, and the value. */
export type SeriesPoint = readonly [at: number, value: number]
/** When a step begins, ms since 1970, and what its points were. */
export type SeriesStep = readonly [at: number, min: number, max: number, mean: number, count: number]

/** One row of history. */
export type HistoryRow = AlertHistoryRow | SeriesHistoryRow

/** What a row of history is about, and how much is left of it. */
export type HistoryKind = HistoryRow['kind']

/** The two halves of history. */
export type HistoryOf = 'alerts' | 'series'

const yearOne = -62_135_596_800_000
const halves = { alerts: ['a', 'b'], series: ['s', 't'] } as const satisfies Record<
  HistoryOf,
  readonly [string, string]
>

/** How the ids of what began at a moment begin, ms since 1970: as a bound it stands before all of them. */
export function historyPlace(of: HistoryOf, at: number): string {
  const moment = Math.max(0, Math.trunc(at) - yearOne)
  return `${halves[of][0]}${moment.toString(36).padStart(10, '0')}`
}

/** Bounds of the ids of one half within a time: from the first one on, and before the second. */
export function historyBounds(
  of: HistoryOf,
  since: number | undefined,
  until: number | undefined,
): readonly [string, string] {
  const [first, end] = halves[of]
  return [since === undefined ? first : historyPlace(of, since), until === undefined ? end : historyPlace(of, until)]
}

/** An ended episode of an alert as a row of history. */
export function historyOf(alert: Alert): Extract<HistoryRow, { kind: 'episode' }> {
  const { tenant, id: alertId, episode, source, cluster, labels, annotations, startsAt, endsAt, incidentId } = alert
  const at = Date.parse(startsAt)
  // Of both ends: an id begins with the digest of the labels, which several sources may share, and ends with that of its source,
  // cluster and name.
  const which = alertId.slice(0, 24) + alertId.slice(-16)
  return {
    kind: 'episode',
    tenant,
    id: `${historyPlace('alerts', at)}-${which}-${episode}`,
    alertId,
    episode,
    alertname: labels['alertname'] ?? '',
    source,
    cluster,
    labels,
    annotations,
    startsAt: new Date(at).toISOString(),
    endsAt: new Date(endsAt ?? startsAt).toISOString(),
    ...(alert.topmost && { resource: alert.topmost }),
    ...(incidentId !== undefined && { incidentId }),
  }
}

/** An episode without its annotations. */
export function outlineOf({
  annotations: _gone,
  ...rest
}: Extract<HistoryRow, { kind: 'episode' }>): Extract<HistoryRow, { kind: 'outline' }> {
  return { ...rest, kind: 'outline' }
}

/** What a row of history may be found by, beside its place in time. */
export function historyIndex(row: HistoryRow): {
  /** The alert's name, or that of the series. */
  readonly name: string
  readonly resourceKey?: string
  readonly alertId?: string
  readonly incidentId?: string
} {
  return {
    name: 'alertname' in row ? row.alertname : row.name,
    ...(row.resource && { resourceKey: resourceKey(row.resource) }),
    ...('alertId' in row && { alertId: row.alertId }),
    ...('incidentId' in row && row.incidentId !== undefined && { incidentId: row.incidentId }),
  }
}
