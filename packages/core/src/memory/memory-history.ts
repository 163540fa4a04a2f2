import type { Alert } from '../model/alert.ts'
import { type HistoryRow, historyBounds } from '../model/history.ts'
import type { CallContext } from '../ports/context.ts'
import type { HistoryQuery, HistoryStore } from '../ports/history-store.ts'
import { type HistoryFact, historyPlaceOf } from './apply-history.ts'
import { checkLimit, checkTime } from './check-read.ts'
import type { MemoryState, TenantState } from './memory-state.ts'
import { SortedMap } from './sorted-map.ts'

/** The part of an in-memory store that remembers what is over. `begin` throws when it may not. */
export function historyReads(state: MemoryState, begin: (ctx: CallContext) => unknown): HistoryStore {
  return {
    async endedAlerts({ tenant, seenBefore, after, limit }, ctx) {
      begin(ctx)
      checkLimit(limit)
      const before = checkTime('seenBefore', seenBefore)
      const alerts: Alert[] = []
      const all = state.tenants.get(tenant)?.alerts ?? new Map<string, Alert>()
      let isPast = after === undefined || !all.has(after)
      for (const [id, alert] of all) {
        if (isPast && alert.status === 'resolved' && alert.correlated === 'done') {
          if (Date.parse(alert.lastSeenAt) < before) alerts.push(alert)
          if (alerts.length === limit) return { alerts, next: id }
        }
        isPast ||= id === after
      }
      return { alerts }
    },
    async history(query, ctx) {
      begin(ctx)
      checkLimit(query.limit)
      const tenant = state.tenants.get(query.tenant)
      return tenant === undefined ? [] : pageOf(tenant, query)
    },
  }
}

function pageOf(tenant: TenantState, query: HistoryQuery): readonly HistoryRow[] {
  const { of, since, until, after, descending, limit } = query
  const [rows, ...others] = indexesFor(tenant, query)
  const found: HistoryRow[] = []
  const [first, end] = historyBounds(of, since, until)
  const from = after === undefined || after < first ? first : after
  for (const [id, row] of descending
    ? rows.walkDown(after === undefined || end < after ? end : after)
    : rows.walk(from)) {
    if (id < first || id >= end) break
    if (others.some((index) => index.get(id) === undefined)) continue
    found.push(row)
    if (found.length === limit) break
  }
  return found
}

/** The rows that each fact of the query leaves, the fewest first. */
function indexesFor(
  tenant: TenantState,
  query: HistoryQuery,
): readonly [SortedMap<HistoryRow>, ...SortedMap<HistoryRow>[]] {
  const facts = ['incidentId', 'alertId', 'resourceKey', 'name', 'kind'] as const satisfies readonly HistoryFact[]
  const narrow = facts.flatMap((fact) => {
    const value = query[fact]
    return value === undefined ? [] : [tenant.historyBy.get(historyPlaceOf(fact, value)) ?? none()]
  })
  const [fewest = tenant.history, ...others] = narrow.toSorted((left, right) => left.size - right.size)
  return [fewest, ...others]
}

function none(): SortedMap<HistoryRow> {
  return new SortedMap()
}
