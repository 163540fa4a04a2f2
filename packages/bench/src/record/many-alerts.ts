import { type Alert, type Put, redact, type Store, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { tenant } from './drafts.ts'

const ctx = callContext()
/** Alerts that fire now, whatever lies behind them: what a busy day has at once. */
export const live = 1_000
const perIncident = 200

/** The alert of a number; those from `first` on fire, the older ones are over. Each tenth of those that fire waits for correlation. */
export function alertOf(mark: number, first: number): Alert {
  const incident = Math.floor(mark / perIncident)
  const isLive = mark >= first
  const isPending = isLive && mark % 10 === 0
  const startsAt = new Date(1_767_225_600_000 + mark * 1_000).toISOString()
  const resource = {
    cluster: 'prod',
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace: `team-${incident % 50}`,
    name: `service-${incident}`,
  }
  return {
    tenant,
    id: `alert-${mark.toString(16).padStart(16, '0')}`,
    source: 'alertmanager',
    cluster: 'prod',
    fingerprint: mark.toString(16).padStart(16, '0'),
    episode: 1,
    status: isLive ? 'firing' : 'resolved',
    labels: {
      alertname: 'PodCrashLooping',
      namespace: resource.namespace,
      pod: `${resource.name}-6d4b75cb6d-${mark}`,
      instance: `10.0.${mark % 250}.${mark % 200}:8080`,
      severity: mark % 3 === 0 ? 'critical' : 'warning',
    },
    annotations: {
      summary: redact(`Pod ${resource.name}-${mark} of ${resource.namespace} restarts again and again`),
      runbook_url: redact('https://runbooks.example/pods'),
    },
    startsAt,
    ...(!isLive && { endsAt: startsAt }),
    lastSeenAt: startsAt,
    resource,
    topmost: resource,
    correlated: isPending ? 'pending' : 'done',
    ...(!isPending && { incidentId: incidentOf(mark) }),
    missed: 0,
    revision: 0,
  }
}

/** The incident of an alert's number. */
export function incidentOf(mark: number): string {
  return `inc-${Math.floor(mark / perIncident)}`
}

/** A store with so many alerts, of which the last thousand fire; open, on an empty source. */
export async function storeOf(source: string, alerts: number): Promise<Store> {
  const store = sqlStore(source)
  await store.open({ clock: systemClock }, ctx)
  const first = Math.max(0, alerts - live)
  for (let from = 0; from < alerts; from += 1_000) {
    const rows = Array.from({ length: Math.min(1_000, alerts - from) }, (_, index) => alertOf(from + index, first))
    const members = rows.flatMap(({ id, incidentId, startsAt }) =>
      incidentId === undefined
        ? []
        : [{ tenant, incidentId, alertId: id, episode: 1, joinedAt: startsAt, because: ['same resource'] }],
    )
    const keys = rows
      .filter((row, index) => index % perIncident === 1 && row.status === 'firing')
      .map(({ incidentId = '', startsAt }) => ({
        kind: 'correlation-key' as const,
        cluster: 'prod',
        key: `resource ${incidentId}`,
        incidentId,
        from: Date.parse(startsAt),
        until: Date.parse(startsAt),
      }))
    const put: readonly Put[] = [{ kind: 'alerts', rows }, { kind: 'members', rows: members }, ...keys]
    const result = await store.commit({ tenant, expect: [], put, audit: [] }, ctx)
    if (result.kind === 'conflict') throw new Error(`the alerts could not be stored: ${result.because}`)
  }
  return store
}
