import type { Alert } from '../model/alert.ts'
import type { CallContext } from '../ports/context.ts'
import type { Store } from '../ports/store.ts'
import { pendingPlace } from './alert-indexes.ts'
import { memberKey } from './apply-members.ts'
import { checkCount, checkLimit, checkTime } from './check-read.ts'
import { joinKey, type MemoryState } from './memory-state.ts'

/** The part of an in-memory store that reads alerts and what they belong to. `begin` throws when it may not. */
export function alertsOf(
  state: MemoryState,
  begin: (ctx: CallContext) => number,
): Pick<
  Store,
  'alerts' | 'pendingAlerts' | 'staleAlerts' | 'members' | 'symptoms' | 'firingSymptoms' | 'correlationKeys'
> {
  const alertOf = (tenant: string, id: string): Alert | undefined => state.tenants.get(tenant)?.alerts.get(id)

  return {
    async alerts(tenant, ids, ctx) {
      begin(ctx)
      checkCount('ids', ids)
      const stored = state.tenants.get(tenant)?.alerts
      const found = new Set<Alert>()
      for (const id of ids) {
        const alert = stored?.get(id)
        if (alert !== undefined) found.add(alert)
      }
      return [...found]
    },
    async pendingAlerts({ after, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      const from = after === undefined ? undefined : pendingPlace(after)
      return take(limit, state.pending.walk(from), ({ tenant, id }) => alertOf(tenant, id))
    },
    async staleAlerts({ tenant, source, seenBefore, after, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      const before = checkTime('seenBefore', seenBefore)
      return take(limit, state.tenants.get(tenant)?.unresolved.get(source)?.walk(after) ?? [], (id) => {
        const alert = alertOf(tenant, id)
        return alert !== undefined && Date.parse(alert.lastSeenAt) < before ? alert : undefined
      })
    },
    async members({ tenant, incidentId, after, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      const from = after === undefined ? undefined : memberKey(after)
      return take(limit, state.tenants.get(tenant)?.members.get(incidentId)?.walk(from) ?? [], ([, { member }]) => {
        const alert = alertOf(tenant, member.alertId)
        return alert === undefined ? undefined : { ...member, alert }
      })
    },
    async symptoms(tenant, incidentId, ctx) {
      begin(ctx)
      return Array.from(state.tenants.get(tenant)?.symptoms.get(incidentId)?.walk() ?? [], ([, symptom]) => symptom)
    },
    async firingSymptoms(tenant, resourceKeys, ctx) {
      begin(ctx)
      checkCount('resourceKeys', resourceKeys)
      const firing = state.tenants.get(tenant)?.firing
      return [...new Set(resourceKeys)].flatMap((key) =>
        Array.from(firing?.get(key)?.walk() ?? [], ([, symptom]) => symptom),
      )
    },
    async correlationKeys(tenant, cluster, keys, ctx) {
      begin(ctx)
      checkCount('keys', keys)
      const holders = state.tenants.get(tenant)?.holders
      return [...new Set(keys)].flatMap((key) =>
        Array.from(holders?.get(joinKey(cluster, key))?.walk() ?? [], ([, row]) => row),
      )
    },
  }
}

/** The first `limit` results that are not undefined. */
function take<Item, Result>(limit: number, items: Iterable<Item>, pick: (item: Item) => Result | undefined): Result[] {
  const results: Result[] = []
  for (const item of items) {
    const result = pick(item)
    if (result !== undefined) results.push(result)
    if (results.length === limit) break
  }
  return results
}
