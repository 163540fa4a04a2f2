import type { AlertStatus, Labels } from '../../model/alert.ts'
import type { Settings } from '../../model/settings.ts'
import { issuePath } from '../../stored/issue-path.ts'
import { type AlertShape, alertSchema } from './alert-schema.ts'
import { type AlertFault, labelFault } from './check-labels.ts'
import { type alertIds, clusterOf, fingerprintOf, labelsText, normalizeLabels } from './identity.ts'
import { type momentReader, momentRule } from './moments.ts'
import { readShape } from './read-shape.ts'

/** One alert as a source told of it, checked and identified. Times are in the canonical form of `parseMoment`. */
export interface ToldAlert {
  /** Its place in the batch as it was sent. */
  readonly index: number
  readonly id: string
  readonly fingerprint: string
  readonly cluster: string
  readonly labels: Labels
  readonly status: AlertStatus
  readonly startsAt: string | undefined
  /** Only of resolved alerts. */
  readonly endsAt: string | undefined
  readonly annotations: Readonly<Record<string, string>>
  readonly generatorUrl: string | undefined
}

/** What is needed beside the alert itself to read it. */
export interface AlertOrigin {
  readonly idOf: ReturnType<typeof alertIds>
  readonly cluster: string | undefined
  readonly knownClusters: readonly string[]
  readonly limits: Settings['intake']
  readonly startOf: ReturnType<typeof momentReader>
  readonly endOf: ReturnType<typeof momentReader>
}

/** Why an alert was not taken. `id` is known when the labels could be read: such an alert is seen all the same. */
export interface AlertRefusal {
  readonly fault: AlertFault
  readonly id?: string
}

/** Checks one alert and tells its identity. */
export function parseAlert(input: unknown, index: number, origin: AlertOrigin): ToldAlert | AlertRefusal {
  const shape = readShape(input)
  if (shape !== undefined) return judged(shape, index, origin)
  const parsed = alertSchema.safeParse(input)
  if (parsed.success) return judged(parsed.data, index, origin)
  const issue = parsed.error.issues[0]
  const because = issue?.message ?? 'is not valid'
  return { fault: { path: issuePath(issue?.path ?? []), because, rule: 'shape' }, ...idOfLabels(input, origin) }
}

function judged(shape: AlertShape, index: number, origin: AlertOrigin): ToldAlert | AlertRefusal {
  const text = labelsText(shape.labels)
  const fault = labelFault(shape.labels, text, origin.limits)
  const { id, fingerprint, cluster, labels } = identityOf(shape.labels, text, origin)
  if (fault !== undefined) return { fault, id }
  const startsAt = shape.startsAt === undefined ? null : origin.startOf(shape.startsAt)
  const endsAt = shape.endsAt === undefined ? null : origin.endOf(shape.endsAt)
  const { status = 'firing', annotations = {}, generatorUrl } = shape
  if (startsAt === undefined) return untimely('startsAt', momentRule, id)
  if (endsAt === undefined) return untimely('endsAt', momentRule, id)
  if (status === 'resolved' && startsAt !== null && endsAt !== null && endsAt < startsAt) {
    return untimely('endsAt', 'must not lie before startsAt', id)
  }
  return {
    index,
    id,
    fingerprint,
    cluster,
    labels,
    status,
    startsAt: startsAt ?? undefined,
    endsAt: status === 'resolved' ? (endsAt ?? undefined) : undefined,
    annotations,
    generatorUrl,
  }
}

function untimely(path: string, because: string, id: string): AlertRefusal {
  return { fault: { path, because, rule: 'time' }, id }
}

/** The identity of a label set; `text` is its `labelsText`. */
function identityOf(
  given: Labels,
  text: string,
  origin: AlertOrigin,
): Pick<ToldAlert, 'id' | 'fingerprint' | 'cluster' | 'labels'> {
  const labels = normalizeLabels(given)
  const fingerprint = fingerprintOf(labels === given ? text : labelsText(labels))
  const cluster = clusterOf(labels, origin.cluster, origin.knownClusters)
  const alertname = labels['alertname'] ?? ''
  return { id: origin.idOf({ cluster, alertname }, fingerprint), fingerprint, cluster, labels }
}

function idOfLabels(input: unknown, origin: AlertOrigin): { id?: string } {
  const labels = alertSchema.shape.labels.safeParse((input as { labels?: unknown } | null | undefined)?.labels)
  if (!labels.success) return {}
  return { id: identityOf(labels.data, labelsText(labels.data), origin).id }
}
