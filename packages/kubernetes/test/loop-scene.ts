import { setImmediate } from 'node:timers/promises'
import {
  allowUpTo,
  createMendkit,
  defineNotifier,
  type Execution,
  type Logger,
  type Phase,
  silentLogger,
  systemClock,
} from '@mendkit/core'
import { type SimulatedCluster, simulatedCluster, simulatedStore } from '@mendkit/testkit'
import { kubernetes } from '../src/index.ts'
import { checkout } from './scene.ts'

const names = ['checkout', 'cart'] as const
type Name = (typeof names)[number]

/** A host on a cluster on which `checkout` and `cart` have each had a bad rollout. `act` may stand between the two. */
export async function loopOn(actThrough: (cluster: SimulatedCluster) => SimulatedCluster) {
  const cluster = simulatedCluster()
  cluster.image('shop/app:v2', { behaviour: 'crash' })
  for (const image of ['shop/app:v1', 'shop/app:v2']) {
    for (const name of names) cluster.apply(deploymentOf(name, image))
    cluster.settle()
    cluster.tick(60_000)
  }
  const logged: string[] = []
  const warn: Logger['warn'] = (text) => void logged.push(text)
  const clock = { ...systemClock, now: () => Math.floor(cluster.now() + performance.now()) }
  const mendkit = createMendkit({
    store: simulatedStore(),
    autonomy: { 'namespace:shop': 'auto' },
    integrations: [kubernetes({ cluster: 'test', namespaces: ['shop'], read: cluster, act: actThrough(cluster) })],
    policies: [allowUpTo('medium')],
    notifiers: [defineNotifier({ id: 'people', reachesPeople: true, send: async () => undefined })],
    settings: {
      engine: { sweepMs: 10 },
      correlation: { settleMs: 0 },
      diagnosis: { minIntervalMs: 0 },
      execution: { readEveryMs: 10, callTimeoutMs: 20_000 },
      verification: { soakMs: 0, everyMs: 10 },
    },
    system: { clock, log: { ...silentLogger, warn } },
  })
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })

  async function alert(name: Name, status: 'firing' | 'resolved') {
    const now = new Date(clock.now()).toISOString()
    const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: name }
    const times = { startsAt: now, ...(status === 'resolved' && { endsAt: now }) }
    await mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts: [{ labels, status, ...times }] })
  }

  async function incidentOf(name: Name) {
    return (await mendkit.incidents.list()).find(({ resource }) => resource?.name === name)
  }

  /** Plays until the incident of a Deployment stands in one of the phases. */
  async function until(name: Name, phases: readonly Phase[]): Promise<readonly Execution[]> {
    for (let turn = 0; turn < 100_000; turn += 1) {
      const incident = await incidentOf(name)
      if (incident !== undefined && phases.includes(incident.phase))
        return await mendkit.executions.list({ incidentId: incident.id })
      if (incident?.phase === 'verifying') {
        cluster.settle()
        await alert(name, 'resolved')
      }
      await setImmediate()
    }
    throw new Error(`the incident of ${name} never was ${phases.join(' or ')}: ${logged.join('; ')}`)
  }

  return {
    cluster,
    mendkit,
    logged,
    fire: (name: Name) => alert(name, 'firing'),
    until,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await running
      await mendkit.close()
    },
  }
}

function deploymentOf(name: string, image: string) {
  const spec = {
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
  }
  return checkout(image, spec, { name, labels: { app: name } })
}
