import type { Alert, Membership } from '../model/alert.ts'
import { type Fault, firstFault, jsonFault, nameFault, textsFault, timeFault, wholeFault } from './row-fault.ts'

const statuses: ReadonlySet<unknown> = new Set(['firing', 'suppressed', 'resolved'])
const correlations: ReadonlySet<unknown> = new Set(['pending', 'done'])

/** What keeps an alert out of a store, if anything. `times` remembers times that are good. */
export function alertFault(tenant: string, alert: Alert, times: Set<string>): Fault | undefined {
  return (
    (alert.tenant === tenant ? undefined : { path: 'tenant', because: 'must be the tenant of the change' }) ??
    nameFault('id', alert.id) ??
    nameFault('source', alert.source) ??
    nameFault('cluster', alert.cluster) ??
    nameFault('fingerprint', alert.fingerprint) ??
    wholeFault('episode', alert.episode, 1) ??
    wholeFault('missed', alert.missed) ??
    wholeFault('revision', alert.revision) ??
    (statuses.has(alert.status) ? undefined : { path: 'status', because: 'must be firing, suppressed or resolved' }) ??
    (correlations.has(alert.correlated) ? undefined : { path: 'correlated', because: 'must be pending or done' }) ??
    textsFault('labels', alert.labels) ??
    nameFault('labels.alertname', alert.labels['alertname']) ??
    textsFault('annotations', alert.annotations) ??
    timeFault('startsAt', alert.startsAt, times) ??
    timeFault('lastSeenAt', alert.lastSeenAt, times) ??
    (alert.endsAt === undefined ? undefined : timeFault('endsAt', alert.endsAt, times)) ??
    (alert.incidentId === undefined ? undefined : nameFault('incidentId', alert.incidentId)) ??
    (alert.resource === undefined ? undefined : jsonFault('resource', alert.resource)) ??
    (alert.topmost === undefined ? undefined : jsonFault('topmost', alert.topmost))
  )
}

/** What keeps a member out of a store, if anything. `times` remembers times that are good. */
export function memberFault(tenant: string, member: Membership, times: Set<string>): Fault | undefined {
  return firstFault(
    member.tenant === tenant ? undefined : { path: 'tenant', because: 'must be the tenant of the change' },
    nameFault('incidentId', member.incidentId),
    nameFault('alertId', member.alertId),
    wholeFault('episode', member.episode, 1),
    timeFault('joinedAt', member.joinedAt, times),
    jsonFault('because', member.because),
  )
}
