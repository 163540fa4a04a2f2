import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { MendkitOptions } from '@mendkit/core'
import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { waitUntil } from '../machine/wait-until.ts'
import { compileHost } from './driver/compile-host.ts'
import { type HostProcess, startHostProcess } from './driver/host-process.ts'
import { type Served, serveCluster } from './driver/serve-cluster.ts'
import type { HostOrders, HostStatus } from './host/orders.ts'
import { chaosSettings } from './times.ts'
import { badImage, goodImage, manifestOf } from './world/service.ts'

/** What became of the executions that were in flight when their host was killed. */
export interface InFlight {
  readonly executions: number
  /** How many of them had reached the cluster; the others were cut off before. */
  readonly applied: number
  /**
   * From the start of the next host, after the leases of the dead one have run out, until it is known of each execution
   * whether it had its effect. Milliseconds.
   */
  readonly classifiedMs: number
  /** Effects beyond the first of an execution, in the cluster's own record. */
  readonly repeated: number
}

/** So many incidents begin at once: more would be a test of how much a host can think at once. */
const batch = 50
const namespaces = { auto: 'auto', ask: 'ask' }
const timeoutMs = 600_000
const leaseMs = 10_000

/** Kills a host with so many effects in flight, half of which had reached the cluster, and lets another find out which. */
export async function classifyInFlight(executions: number): Promise<InFlight> {
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-in-flight-'))
  const cache = join(folder, 'compiled')
  const cluster = simulatedCluster({ clock: { now: () => Date.now() } })
  const names = Array.from({ length: executions }, (_, index) => `service-${index}`)
  const settings = {
    ...chaosSettings,
    engine: { ...chaosSettings.engine, workers: executions, leaseMs, leaseMarginMs: leaseMs / 10 },
    execution: {
      ...chaosSettings.execution,
      callTimeoutMs: timeoutMs,
      maxInFlight: executions,
      maxReplicasInFlight: 100 * executions,
    },
  } satisfies MendkitOptions['settings']
  const orders: HostOrders = { source: join(folder, 'store.db'), access: { through: 'driver' }, namespaces, settings }
  let host: HostProcess | undefined
  try {
    await compileHost(cache)
    await breakAll(cluster, names)
    const held = holdingCluster(cluster)
    const start = (cluster: ClusterHandler) => {
      host = startHostProcess({ orders, handlers: { ...silent, cluster }, cache })
      return host
    }
    const first = start(held.serve)
    await first.loaded
    for (let from = 0; from < executions; from += batch) {
      const some = names.slice(from, from + batch)
      await first.host.ask('deliver', webhook(some))
      await waitUntil('their effects in flight', () => held.count() === from + some.length, { timeoutMs })
    }
    await first.signal('SIGKILL')
    await first.ended
    // A lease ends by time alone, and no host can know before that its holder is dead.
    await delay(leaseMs)
    const second = start((method, args) => serveCluster(cluster, method, args))
    const started = performance.now()
    await second.loaded
    for (;;) {
      const status = (await second.host.ask('status')) as HostStatus
      if (status.unclassified === 0) break
      await delay(100)
    }
    const classifiedMs = performance.now() - started
    const effects = cluster.effects().map(({ executionId }) => executionId)
    return { executions, applied: held.applied(), classifiedMs, repeated: effects.length - new Set(effects).size }
  } finally {
    await host?.discard()
    await rm(folder, { recursive: true, force: true })
  }
}

type ClusterHandler = (method: Served, args: readonly unknown[]) => Promise<unknown>
const silent = { committed: () => undefined, notice: () => undefined }

/** A cluster whose effects never answer; every second one was carried out before. */
function holdingCluster(cluster: SimulatedCluster) {
  let count = 0
  let applied = 0
  const serve: ClusterHandler = async (method, args) => {
    const options = args[2] as { readonly executionId?: string; readonly dryRun?: boolean } | undefined
    const isEffect = method === 'patch' && options?.executionId !== undefined && options.dryRun !== true
    if (!isEffect) return serveCluster(cluster, method, args)
    count += 1
    if (count % 2 === 0) {
      await serveCluster(cluster, method, args)
      applied += 1
    }
    return new Promise(() => undefined)
  }
  return { serve, count: () => count, applied: () => applied }
}

/** Rolls a bad version out everywhere, and waits until it crashes everywhere. */
async function breakAll(cluster: SimulatedCluster, names: readonly string[]): Promise<void> {
  const quick = { pullMs: 20, readyAfterMs: 50, crashAfterMs: 50 }
  cluster.image(goodImage, { behaviour: 'healthy', ...quick })
  cluster.image(badImage, { behaviour: 'crash', ...quick })
  for (const name of Object.values(namespaces))
    cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  for (const version of ['good', 'bad'] as const) {
    for (const name of names) cluster.apply(manifestOf(namespaces.auto, name, version))
    const shows = version === 'good' ? '"ready":true' : '"CrashLoopBackOff"'
    const least = version === 'good' ? 2 * names.length : names.length
    await waitUntil(`${version} pods everywhere`, () => countPods(cluster, shows) >= least, {
      timeoutMs,
      everyMs: 1_000,
    })
  }
}

function countPods(cluster: SimulatedCluster, shows: string): number {
  cluster.tick()
  return cluster.all('v1', 'Pod', namespaces.auto).filter((pod) => JSON.stringify(pod['status']).includes(shows)).length
}

function webhook(names: readonly string[]): object {
  const startsAt = new Date().toISOString()
  const alerts = names.map((deployment) => {
    const labels = { alertname: 'KubePodCrashLooping', namespace: namespaces.auto, deployment }
    return { status: 'firing', labels, annotations: {}, startsAt, endsAt: '0001-01-01T00:00:00Z' }
  })
  return { version: '4', receiver: 'mendkit', groupLabels: {}, truncatedAlerts: 0, alerts }
}
