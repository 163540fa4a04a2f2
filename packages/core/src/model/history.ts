import type { Alert, Labels } from './alert.ts'
import type { Redacted } from './redacted.ts'
import { type Resource, resourceKey } from './resource.ts'

/** What every row of history tells. Times are ISO 8601 in UTC. */
interface HistoryFacts {
  readonly tenant: string
  /** In order of the start: of two ids the lower one began earlier. */
  readonly id: string
  readonly alertname: string
  readonly cluster: string
  /** The topmost controller of what it was about, as far as that was known. */
  readonly resource?: Resource
  readonly labels: Labels
  readonly startsAt: string
  readonly endsAt: string
}

/** One stretch of firing that is over. */
interface EpisodeFacts extends HistoryFacts {
  readonly alertId: string
  readonly episode: number
  readonly source: string
  readonly incidentId?: string
}

/**
 * What is remembered of alerts that are over. `episode`: one stretch of firing, whole. `outline`: the same when it has grown
 * old, without its annotations. `day`: the stretches of one alert name about one resource that began on one day (in UTC),
 * counted; its labels are those that all of them had.
 */
export type HistoryRow =
  | (EpisodeFacts & { readonly kind: 'episode'; readonly annotations: Readonly<Record<string, Redacted>> })
  | (EpisodeFacts & { readonly kind: 'outline' })
  | (HistoryFacts & {
      readonly kind: 'day'
      readonly episodes: number
      /** For how long they fired in all, in ms. */
      readonly firingMs: number
    })

/** How much is left of a row of history. */
export type HistoryKind = HistoryRow['kind']

/** Every kind, from the fullest on. */
export const historyKinds = ['episode', 'outline', 'day'] as const satisfies readonly HistoryKind[]

const yearOne = -62_135_596_800_000

/** How the ids of what began at a moment begin, ms since 1970: as a bound it stands before all of them. */
export function historyPlace(at: number): string {
  return Math.max(0, Math.trunc(at) - yearOne)
    .toString(36)
    .padStart(10, '0')
}

/** An ended episode of an alert as a row of history. */
export function historyOf(alert: Alert): Extract<HistoryRow, { kind: 'episode' }> {
  const { tenant, id: alertId, episode, source, cluster, labels, annotations, startsAt, endsAt, incidentId } = alert
  const at = Date.parse(startsAt)
  return {
    kind: 'episode',
    tenant,
    id: `${historyPlace(at)}-${alertId.slice(0, 32)}-${episode}`,
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

/** What a row of history may be found by, beside its place in time. */
export function historyIndex(row: HistoryRow): {
  readonly alertname: string
  readonly resourceKey?: string
  readonly alertId?: string
  readonly incidentId?: string
} {
  return {
    alertname: row.alertname,
    ...(row.resource && { resourceKey: resourceKey(row.resource) }),
    ...(row.kind !== 'day' && { alertId: row.alertId }),
    ...(row.kind !== 'day' && row.incidentId !== undefined && { incidentId: row.incidentId }),
  }
}
