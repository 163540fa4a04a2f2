import { type AlertHistoryRow, historyPlace } from '../../model/history.ts'
import { resourceKey } from '../../model/resource.ts'
import { digestOf } from '../digest.ts'
import type { Ageing } from './ageing.ts'

type Day = Extract<AlertHistoryRow, { kind: 'day' }>

const dayMs = 86_400_000
const pageSize = 1_000

/** The days that these rows become, added to those that are stored already. */
export async function foldDays(ageing: Ageing, rows: readonly AlertHistoryRow[]): Promise<readonly Day[]> {
  const days = new Map<string, Day>()
  for (const row of rows) {
    const one = dayOf(row)
    const before = days.get(one.id) ?? (await storedDay(ageing, one))
    days.set(one.id, before === undefined ? one : sum(before, one))
  }
  return [...days.values()]
}

/** The day, in UTC, on which one stretch of firing began, with it alone. */
function dayOf(row: AlertHistoryRow): Day {
  if (row.kind === 'day') return row
  const { tenant, alertname, cluster, resource, labels, startsAt, endsAt } = row
  const began = Date.parse(startsAt)
  const start = began - (((began % dayMs) + dayMs) % dayMs)
  const what = digestOf([alertname, cluster, resource === undefined ? null : resourceKey(resource)])
  return {
    kind: 'day',
    tenant,
    id: `${historyPlace('alerts', start)}-day-${what.slice(0, 32)}`,
    alertname,
    cluster,
    labels,
    startsAt: new Date(start).toISOString(),
    endsAt: new Date(start + dayMs).toISOString(),
    episodes: 1,
    firingMs: Math.max(0, Date.parse(endsAt) - began),
    ...(resource && { resource }),
  }
}

async function storedDay(
  { parts, tenant, ctx }: Ageing,
  { id, alertname: name, startsAt }: Day,
): Promise<Day | undefined> {
  const since = Date.parse(startsAt)
  for (let after: string | undefined; ; ) {
    const query = { tenant, of: 'alerts', name, kind: 'day', since, until: since + 1, limit: pageSize } as const
    const page = await parts.store.history({ ...query, ...(after !== undefined && { after }) }, ctx)
    const found = page.find((row) => row.id === id)
    if (found?.kind === 'day') return found
    after = page.at(-1)?.id
    if (page.length < pageSize) return undefined
  }
}

function sum(before: Day, one: Day): Day {
  const shared = Object.entries(before.labels).filter(([name, value]) => one.labels[name] === value)
  return {
    ...before,
    labels: Object.fromEntries(shared),
    episodes: before.episodes + one.episodes,
    firingMs: before.firingMs + one.firingMs,
  }
}
