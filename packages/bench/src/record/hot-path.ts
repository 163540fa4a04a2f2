import { join } from 'node:path'
import { resourceKey, type Store } from '@mendkit/core'
import { makeDatabase } from '@mendkit/testbed/make-database'
import { callContext } from '@mendkit/testkit'
import { type Effort, median, type Row, statedRow } from '../row.ts'
import { tenant } from './drafts.ts'
import { alertOf, incidentOf, live, storeOf } from './many-alerts.ts'
import { scratchFolder } from './scratch.ts'
import type { Servers } from './servers.ts'

const ctx = callContext()
type Query = (store: Store, alerts: number, turn: number) => Promise<unknown>

/** What intake, correlation and steps ask again and again. Each is about what is live, and must not feel what lies behind it. */
const queries: Readonly<Record<string, Query>> = {
  'alerts by id': (store, alerts, turn) => {
    // Anywhere in the table, as those that come back after a long time are.
    const marks = Array.from({ length: 20 }, (_, index) => ((turn * 20 + index) * 7_919) % alerts)
    return store.alerts(
      tenant,
      marks.map((mark) => alertOf(mark, 0).id),
      ctx,
    )
  },
  'pending alerts': (store) => store.pendingAlerts({ limit: 50 }, ctx),
  'unresolved alerts of a source': (store) =>
    store.staleAlerts({ tenant, source: 'alertmanager', seenBefore: '2100-01-01T00:00:00.000Z', limit: 100 }, ctx),
  'members of an incident': (store, alerts, turn) =>
    store.members({ tenant, incidentId: incidentOf(alerts - 1 - (turn % live)), limit: 100 }, ctx),
  'what fires on a resource': (store, alerts, turn) => {
    const { topmost } = alertOf(alerts - 1 - (turn % live), 0)
    return store.firingSymptoms(tenant, topmost === undefined ? [] : [resourceKey(topmost)], ctx)
  },
  'incidents that hold a key': (store, alerts, turn) =>
    store.correlationKeys(tenant, 'prod', [`resource ${incidentOf(alerts - 1 - (turn % live))}`], ctx),
}

/** The queries of the hot path at three sizes of the tables, on each database, all three in every round. */
export async function* hotPath({ rounds, smoke }: Effort, servers: Servers): AsyncIterable<Row> {
  const sizes = smoke ? [200, 400, 600] : [10_000, 100_000, 1_000_000]
  for (const kind of ['SQLite', 'PostgreSQL', 'MariaDB'] as const) {
    if (kind !== 'SQLite' && 'absent' in servers) {
      yield {
        ...statedRow(`hot path on ${kind}`, 'times', [Number.NaN]),
        met: null,
        yardstick: { name: kind, ...servers },
      }
      continue
    }
    using folder = scratchFolder()
    const stores: (readonly [alerts: number, store: Store])[] = []
    for (const alerts of sizes)
      stores.push([alerts, await storeOf(await sourceOf(kind, servers, folder.path, alerts), alerts)])
    yield* onOne(kind, stores, rounds, smoke ? 2 : 60)
    for (const [, store] of stores) await store.close()
  }
}

async function sourceOf(kind: string, servers: Servers, folder: string, alerts: number): Promise<string> {
  if (kind === 'SQLite' || 'absent' in servers) return join(folder, `alerts-${alerts}.db`)
  return await makeDatabase(kind === 'PostgreSQL' ? servers.postgres : servers.mariadb)
}

async function* onOne(
  kind: string,
  stores: readonly (readonly [alerts: number, store: Store])[],
  rounds: number,
  turns: number,
): AsyncIterable<Row> {
  const [[least] = [0]] = stores
  for (const [name, query] of Object.entries(queries)) {
    const spent = new Map<number, number[]>(stores.map(([alerts]) => [alerts, []]))
    for (let round = 0; round < rounds; round += 1) {
      for (const [alerts, store] of stores) {
        const times: number[] = []
        for (let turn = 0; turn < turns; turn += 1) {
          const began = performance.now()
          await query(store, alerts, turn)
          times.push(performance.now() - began)
        }
        spent.get(alerts)?.push(median(times))
      }
    }
    const few = spent.get(least) ?? []
    yield statedRow(`${kind}, ${least} alerts: ${name}`, 'ms', few)
    for (const [alerts] of stores.slice(1)) {
      const growth = (spent.get(alerts) ?? []).map((each, round) => each / (few[round] ?? Number.NaN))
      yield statedRow(`${kind}, ${alerts} alerts over ${least}: ${name}`, 'times', growth, { atMost: 2 })
    }
  }
}
