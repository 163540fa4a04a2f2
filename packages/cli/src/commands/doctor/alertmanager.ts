import { type AlertInput, type CallContext, redact, resolveLabels } from '@mendkit/core'
import { inspectAlertmanager } from '@mendkit/prometheus'
import { type Finding, wrong } from './finding.ts'

/** Which share of the alerts names an object, and which do not. */
export interface AlertCoverage {
  readonly alerts: number
  readonly mapped: number
  /** By alert name and set of label names, most alerts first. */
  readonly unmapped: readonly UnmappedAlerts[]
}

/** Alerts of one name whose labels name no object. */
interface UnmappedAlerts {
  readonly alertname: string
  readonly alerts: number
  /** Names of the labels that they carry. */
  readonly labels: readonly string[]
  /** What to add. */
  readonly because: string
}

const about = 'Alertmanager'

/** Asks an Alertmanager who it is, and looks whether its alerts name the objects that they are about. */
export async function alertmanagerFindings(
  { url, token, cluster = 'default' }: Readonly<Record<'url' | 'token' | 'cluster', string | undefined>>,
  ctx: CallContext,
): Promise<{ readonly findings: readonly Finding[]; readonly coverage?: AlertCoverage }> {
  if (url === undefined) return { findings: [] }
  try {
    const headers = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` }
    const { version, alerts, unreadable } = await inspectAlertmanager({ url, headers }, ctx)
    const coverage = coverageOf(alerts, cluster)
    const { mapped } = coverage
    const share = alerts.length === 0 ? '' : ` (${Math.floor((100 * mapped) / alerts.length)} %)`
    const says = `${mapped} of ${alerts.length} alerts${share} name their object by the common labels alone`
    return {
      coverage,
      findings: [
        { ok: true, about, says: redact(`answers, version ${version ?? 'not told'}`) },
        // Some name none by nature, such as a watchdog, and what a host's own mappings find cannot be seen from here.
        { ok: mapped > 0 || alerts.length === 0, about: 'alerts', says },
        ...(unreadable === 0 ? [] : [{ ok: false, about: 'alerts', says: `${unreadable} more cannot be read` }]),
      ],
    }
  } catch (error) {
    return { findings: [wrong(about, error)] }
  }
}

function coverageOf(alerts: readonly AlertInput[], cluster: string): AlertCoverage {
  const unresolved = alerts.flatMap(({ labels }) => {
    const found = resolveLabels(labels, labels['cluster'] ?? cluster)
    return found.kind === 'resolved' ? [] : [{ labels, because: found.because }]
  })
  const alike = Map.groupBy(unresolved, ({ labels }) => JSON.stringify([labels['alertname'], ...namesOf(labels)]))
  const unmapped = [...alike.values()].flatMap((all) => {
    const [first] = all
    if (first === undefined) return []
    const { labels, because } = first
    const alertname = redact(labels['alertname'] ?? '')
    return [{ alertname, alerts: all.length, labels: namesOf(labels).map(redact), because: redact(because) }]
  })
  return {
    alerts: alerts.length,
    mapped: alerts.length - unresolved.length,
    unmapped: unmapped.toSorted((a, b) => b.alerts - a.alerts),
  }
}

function namesOf(labels: AlertInput['labels']): readonly string[] {
  return Object.keys(labels)
    .filter((name) => name !== 'alertname')
    .toSorted()
}
