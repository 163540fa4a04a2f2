import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  allowUpTo,
  type Clock,
  createMendkit,
  defineNotifier,
  type Mendkit,
  type MendkitEvent,
  type Store,
  silentLogger,
  systemClock,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { sqlStore } from '@mendkit/sql'
import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import type { Effort, Row } from '../row.ts'
import { loopRows, type Sample } from './loop-rows.ts'

/** The durable loop on SQLite, alert to verified fix on the simulated cluster, with soak zero and nothing to wait for. */
export async function* loop({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const all: (readonly Sample[])[] = []
  for (let round = 0; round < rounds; round += 1) all.push(await measure(smoke ? 3 : 20))
  yield* loopRows(all)
}

async function measure(loops: number): Promise<readonly Sample[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mendkit-bench-'))
  const cluster = simulatedCluster()
  const counted = { commits: 0 }
  const mendkit = hostOn(cluster, counting(sqlStore(join(folder, 'bench.db')), counted))
  const stop = new AbortController()
  const running = mendkit.run({ signal: stop.signal })
  const samples: Sample[] = []
  for (let index = 0; index < loops; index += 1)
    samples.push(await oneLoop(mendkit, cluster, `service-${index}`, counted))
  stop.abort()
  await running
  await mendkit.close()
  rmSync(folder, { recursive: true })
  // The first loop compiles the code.
  return samples.slice(1)
}

function hostOn(cluster: SimulatedCluster, store: Store): Mendkit {
  return createMendkit({
    store,
    autonomy: { 'namespace:shop': 'auto' },
    integrations: [kubernetes({ cluster: 'bench', namespaces: ['shop'], read: cluster, act: cluster })],
    policies: [allowUpTo('medium')],
    notifiers: [defineNotifier({ id: 'nobody', reachesPeople: true, send: async () => undefined })],
    settings: { correlation: { settleMs: 0 }, verification: { soakMs: 0 } },
    system: { clock: clockOf(cluster), log: silentLogger },
  })
}

/** The cluster's time, which jumps when it plays, and flows with the machine's in between. */
function clockOf(cluster: SimulatedCluster): Clock {
  return { ...systemClock, now: () => Math.floor(cluster.now() + performance.now()) }
}

async function oneLoop(
  mendkit: Mendkit,
  cluster: SimulatedCluster,
  name: string,
  counted: { commits: number },
): Promise<Sample> {
  badRollout(cluster, name)
  const commitsBefore = counted.commits
  let playing = 0
  const done = Promise.withResolvers<void>()
  const seen = new AbortController()
  const following = follow(mendkit, seen.signal, async (event) => {
    if (event.type === 'approval-requested') {
      const by = { id: 'bench', roles: ['approver'], tenant: 'default', via: 'bench' }
      await mendkit.approvals.approve(event.data.approval, { by, digest: event.data.digest })
    }
    if (event.type === 'execution-observed') {
      const from = performance.now()
      cluster.settle()
      playing += performance.now() - from
      await mendkit.ingest(batch(cluster, name, 'resolved'))
    }
    if (event.type !== 'phase-changed') return
    const { to, reason } = event.data
    if (to === 'resolved') done.resolve()
    if (to === 'escalated' || to === 'handed-over' || to === 'suggested')
      done.reject(new Error(`the loop ended as ${to}: ${reason}`))
  })
  // The feed must have its place before the first entry that it is to see.
  await mendkit.health()
  const began = performance.now()
  await mendkit.ingest(batch(cluster, name, 'firing'))
  await done.promise
  const ms = performance.now() - began - playing
  seen.abort()
  await following
  return { ms, commits: counted.commits - commitsBefore }
}

async function follow(
  mendkit: Mendkit,
  signal: AbortSignal,
  take: (event: MendkitEvent) => Promise<void>,
): Promise<void> {
  for await (const event of mendkit.watch({ signal })) await take(event)
}

function badRollout(cluster: SimulatedCluster, name: string): void {
  const manifest = (image: string) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
    },
  })
  cluster.image('shop/app:v2', { behaviour: 'crash' })
  cluster.apply(manifest('shop/app:v1'))
  cluster.settle()
  cluster.tick(60_000)
  cluster.apply(manifest('shop/app:v2'))
  cluster.settle()
}

function batch(cluster: SimulatedCluster, name: string, status: 'firing' | 'resolved') {
  const now = new Date(clockOf(cluster).now()).toISOString()
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: name }
  return {
    source: 'bench',
    complete: false,
    asOf: now,
    alerts: [{ labels, status, startsAt: now, ...(status === 'resolved' && { endsAt: now }) }],
  }
}

function counting(store: Store, counted: { commits: number }): Store {
  return {
    ...store,
    commit(change, ctx) {
      counted.commits += 1
      return store.commit(change, ctx)
    },
  }
}
