import type { Change } from '../../model/change.ts'
import type { Store } from '../../ports/store.ts'

/** The same store, telling of every change that was committed through it. */
export function nudgingStore(store: Store, committed: (change: Change) => void): Store {
  return {
    spec: 1,
    id: store.id,
    durable: store.durable,
    open: (start, ctx) => store.open(start, ctx),
    ...(store.listen && { listen: store.listen.bind(store) }),
    close: () => store.close(),
    now: (ctx) => store.now(ctx),
    async commit(change, ctx) {
      const result = await store.commit(change, ctx)
      if (result.kind === 'committed') committed(change)
      return result
    },
    claim: (wanted, ctx) => store.claim(wanted, ctx),
    renew: (claim, leaseMs, ctx) => store.renew(claim, leaseMs, ctx),
    release: (claim, ctx) => store.release(claim, ctx),
    nextDueAt: (ctx) => store.nextDueAt(ctx),
    get: (table, tenant, id, ctx) => store.get(table, tenant, id, ctx),
    list: (table, query, ctx) => store.list(table, query, ctx),
    counter: (tenant, name, ctx) => store.counter(tenant, name, ctx),
    alerts: (tenant, ids, ctx) => store.alerts(tenant, ids, ctx),
    pendingAlerts: (query, ctx) => store.pendingAlerts(query, ctx),
    staleAlerts: (query, ctx) => store.staleAlerts(query, ctx),
    members: (query, ctx) => store.members(query, ctx),
    symptoms: (tenant, incidentId, ctx) => store.symptoms(tenant, incidentId, ctx),
    firingSymptoms: (tenant, resourceKeys, ctx) => store.firingSymptoms(tenant, resourceKeys, ctx),
    correlationKeys: (tenant, cluster, keys, ctx) => store.correlationKeys(tenant, cluster, keys, ctx),
    auditLogs: (query, ctx) => store.auditLogs(query, ctx),
    endedAlerts: (query, ctx) => store.endedAlerts(query, ctx),
    history: (query, ctx) => store.history(query, ctx),
    auditHead: (tenant, ctx) => store.auditHead(tenant, ctx),
    readAudit: (query, ctx) => store.readAudit(query, ctx),
    lastAuditCheckpoint: (tenant, ctx) => store.lastAuditCheckpoint(tenant, ctx),
    auditCheckpoints: (query, ctx) => store.auditCheckpoints(query, ctx),
    auditTile: (query, ctx) => store.auditTile(query, ctx),
    blobs: (tenant, digests, ctx) => store.blobs(tenant, digests, ctx),
  }
}
