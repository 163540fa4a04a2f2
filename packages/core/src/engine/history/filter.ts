import { MendkitError } from '../../errors.ts'
import {
  type AlertHistoryRow,
  type HistoryOf,
  type HistoryRow,
  historyIndex,
  type SeriesHistoryRow,
} from '../../model/history.ts'
import { type Resource, resourceKey } from '../../model/resource.ts'
import type { HistoryQuery } from '../../ports/history-store.ts'
import { parseAlertMatcher, valueWanted } from '../intake/alert-matchers.ts'

/** Which alerts that are over to find. What is given must all hold. */
export interface AlertHistoryQuery {
  /** Prometheus matchers, such as `alertname="KubePodCrashLooping",severity!="info"`. A day is matched by the labels that all of it shared. */
  readonly match?: string
  /** The topmost controller that they were about, by what is given of it. */
  readonly resource?: Partial<Pick<Resource, 'cluster' | 'apiVersion' | 'kind' | 'namespace' | 'name'>>
  readonly incidentId?: string
  /** Those that began then or later. ISO 8601, or a date. */
  readonly since?: string
  /** Those that began before. */
  readonly until?: string
  /** Words within a label or an annotation, in whatever case. */
  readonly text?: string
  /** `next` of the page before. */
  readonly after?: string
  /** Rows of one page. @default 100 */
  readonly limit?: number
}

/** Some alerts that are over, newest start first. */
export interface AlertHistoryPage {
  readonly rows: readonly AlertHistoryRow[]
  /** Where the next page begins; absent when nothing follows. A page may be short, or empty, and still name one. */
  readonly next?: string
  /**
   * False when so many alerts are over and not history yet that not all of them were looked at. Retention moves them, and
   * is far behind then.
   */
  readonly complete: boolean
}

/** Which series to find: by the labels that they have, and otherwise as alerts. */
export interface SeriesHistoryQuery extends AlertHistoryQuery {
  /** What the tool calls the values. */
  readonly name?: string
}

/** Some series, the newest start first. */
export interface SeriesHistoryPage {
  readonly rows: readonly SeriesHistoryRow[]
  /** Where the next page begins; absent when nothing follows. A page may be short, or empty, and still name one. */
  readonly next?: string
}

/** What a query leaves. */
export interface HistoryFilter {
  /** What a store finds by itself. */
  readonly indexed: Omit<HistoryQuery, 'tenant' | 'of' | 'limit' | 'after' | 'descending' | 'kind'>
  /** Whether a row is one that a store would find. */
  isIn(row: HistoryRow): boolean
  /** Whether the rest holds. */
  matches(row: HistoryRow): boolean
}

/** A query with its moments read, ms since 1970. */
export type ParsedHistoryQuery = Pick<SeriesHistoryQuery, 'match' | 'resource' | 'incidentId' | 'text' | 'name'> & {
  readonly since?: number | undefined
  readonly until?: number | undefined
}

/** Makes a filter of a query. Throws `invalid` for matchers that cannot be read. */
export function historyFilter(
  of: HistoryOf,
  { match, resource, incidentId, since, until, text, name }: ParsedHistoryQuery,
): HistoryFilter {
  const labels = match === undefined ? undefined : matcherOf(match)
  const words = text?.toLowerCase()
  const key = resource === undefined ? undefined : wholeKey(resource)
  const indexed = {
    ...(incidentId !== undefined && { incidentId }),
    ...(of === 'alerts' && labels?.alertname !== undefined && { name: labels.alertname }),
    ...(name !== undefined && { name }),
    ...(key !== undefined && { resourceKey: key }),
    ...(since !== undefined && { since }),
    ...(until !== undefined && { until }),
  }
  return {
    indexed,
    isIn(row) {
      const facts = historyIndex(row)
      const began = Date.parse(row.startsAt)
      return (
        (incidentId === undefined || facts.incidentId === incidentId) &&
        (since === undefined || began >= since) &&
        (until === undefined || began < until)
      )
    },
    matches: (row) =>
      (labels === undefined || labels.matches(row.labels)) &&
      (resource === undefined || isAbout(row, resource)) &&
      (words === undefined || holdsWords(row, words)),
  }
}

function matcherOf(match: string) {
  try {
    return { matches: parseAlertMatcher(match, 'match'), alertname: valueWanted(match, 'alertname', 'match') }
  } catch (error) {
    // The same words are of a setting elsewhere; here they are an argument.
    if (!MendkitError.is(error, 'config')) throw error
    throw new MendkitError('invalid', error.message, { cause: error, path: 'match' })
  }
}

/** The key of an object that is named in full; where it lives in a namespace, that too must be given. */
function wholeKey({ cluster, apiVersion, kind, namespace, name }: NonNullable<AlertHistoryQuery['resource']>) {
  if (cluster === undefined || apiVersion === undefined || kind === undefined || name === undefined) return undefined
  return namespace === undefined ? undefined : resourceKey({ cluster, apiVersion, kind, namespace, name })
}

function isAbout(row: HistoryRow, wanted: NonNullable<AlertHistoryQuery['resource']>): boolean {
  const { resource } = row
  if (resource === undefined) return false
  const fields = ['cluster', 'kind', 'namespace', 'name'] as const
  if (fields.some((field) => wanted[field] !== undefined && wanted[field] !== resource[field])) return false
  return wanted.apiVersion === undefined || groupOf(wanted.apiVersion) === groupOf(resource.apiVersion)
}

/** Versions of one group name the same objects. */
function groupOf(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : ''
}

function holdsWords(row: HistoryRow, words: string): boolean {
  const texts = [...Object.values(row.labels), ...(row.kind === 'episode' ? Object.values(row.annotations) : [])]
  return texts.some((text) => text.toLowerCase().includes(words))
}
