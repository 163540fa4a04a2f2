import type { AlertStatus, Labels } from '../../model/alert.ts'
import type { Settings } from '../../model/settings.ts'
import { issuePath } from '../../stored/issue-path.ts'
import { type AlertShape, alertSchema } from './alert-schema.ts'
import { type AlertFault, labelFault } from './check-labels.ts'
import { alertIdOf, clusterOf, fingerprintOf, normalizeLabels } from './identity.ts'
import { type momentReader, momentRule } from './moments.ts'
import { readShape } from './read-shape.ts'

/** One alert as a source told of it, checked and identified. Times are in the canonical form of `parseMoment`. */
export interface ToldAlert {
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
  readonly source: string
  readonly cluster: string | undefined
  readonly knownClusters: readonly string[]
  readonly limits: Settings['intake']
  readonly startOf: ReturnType<typeof momentReader>
  readonly endOf: ReturnType<typeof momentReader>
}

/** An alert that was taken, or why not. `id` is known when the labels could be read: such an alert is seen all the same. */
export type ParsedAlert =
  | { readonly kind: 'told'; readonly alert: ToldAlert }
  | { readonly kind: 'refused'; readonly fault: AlertFault; readonly id?: string }

/** Checks one alert and tells its identity. */
export function parseAlert(input: unknown, origin: AlertOrigin): ParsedAlert {
  const shape = readShape(input)
  if (shape !== undefined) return judged(shape, input, origin)
  const parsed = alertSchema.safeParse(input)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const fault = {
      path: issuePath(issue?.path ?? []),
      because: issue?.message ?? 'is not valid',
      rule: 'shape',
    } as const
    return { kind: 'refused', fault, ...idOfLabels(input, origin) }
  }
  return judged(parsed.data, input, origin)
}

function judged(shape: AlertShape, input: unknown, origin: AlertOrigin): ParsedAlert {
  const fault = labelFault(shape.labels, origin.limits)
  return fault === undefined ? identified(shape, origin) : { kind: 'refused', fault, ...idOfLabels(input, origin) }
}

function identified(shape: AlertShape, origin: AlertOrigin): ParsedAlert {
  const { id, fingerprint, cluster, labels } = identityOf(shape.labels, origin)
  const startsAt = shape.startsAt === undefined ? null : origin.startOf(shape.startsAt)
  const endsAt = shape.endsAt === undefined ? null : origin.endOf(shape.endsAt)
  const { status = 'firing', annotations = {}, generatorUrl } = shape
  const refused = (path: string, because: string): ParsedAlert => {
    return { kind: 'refused', fault: { path, because, rule: 'time' }, id }
  }
  if (startsAt === undefined) return refused('startsAt', momentRule)
  if (endsAt === undefined) return refused('endsAt', momentRule)
  if (status === 'resolved' && startsAt !== null && endsAt !== null && endsAt < startsAt) {
    return refused('endsAt', 'must not lie before startsAt')
  }
  const alert: ToldAlert = {
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
  return { kind: 'told', alert }
}

function identityOf(given: Labels, origin: AlertOrigin): Pick<ToldAlert, 'id' | 'fingerprint' | 'cluster' | 'labels'> {
  const labels = normalizeLabels(given)
  const fingerprint = fingerprintOf(labels)
  const cluster = clusterOf(labels, origin.cluster, origin.knownClusters)
  return { id: alertIdOf(origin.source, cluster, fingerprint), fingerprint, cluster, labels }
}

function idOfLabels(input: unknown, origin: AlertOrigin): { id?: string } {
  const labels = alertSchema.shape.labels.safeParse((input as { labels?: unknown } | null | undefined)?.labels)
  if (!labels.success) return {}
  return { id: identityOf(labels.data, origin).id }
}
