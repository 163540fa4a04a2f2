import {
  type Clock,
  createMendkit,
  defineNotifier,
  type LanguageModel,
  modelAnalyzer,
  silentLogger,
  systemClock,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'

/** Diagnoses one incident on a simulated cluster with this model, and tells its story in Markdown. */
export async function diagnose(model: LanguageModel): Promise<string> {
  const cluster = crashing()
  const mendkit = createMendkit({
    integrations: [kubernetes({ cluster: 'shop-eu', read: cluster })],
    analyzers: [modelAnalyzer({ model })],
    notifiers: [defineNotifier({ id: 'nobody', send: async () => undefined })],
    settings: { engine: { sweepMs: 10 }, correlation: { settleMs: 0 } },
    system: { clock: clockOf(cluster), log: silentLogger },
  })
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })
  const now = new Date(cluster.now()).toISOString()
  const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'checkout' }
  const alert = { labels, annotations: {}, status: 'firing' as const, startsAt: now }
  await mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts: [alert] })
  try {
    for await (const event of mendkit.watch({ after: -1, signal: AbortSignal.timeout(30_000) })) {
      if (event.type !== 'phase-changed' || !['handed-over', 'suggested'].includes(event.data.to)) continue
      const [incident] = await mendkit.incidents.list()
      return await mendkit.incidents.timeline(incident?.id ?? '', { format: 'markdown' })
    }
    throw new Error('the incident was not diagnosed within 30 seconds')
  } finally {
    stopping.abort()
    await running
    await mendkit.close()
  }
}

/** A cluster on which `shop/checkout` never ran: its containers end at once. */
function crashing(): SimulatedCluster {
  const cluster = simulatedCluster()
  const labels = { app: 'checkout' }
  cluster.image('shop/checkout:v1', { behaviour: 'crash', logs: 'panic: no DATABASE_URL' })
  cluster.apply({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout', namespace: 'shop', labels },
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'shop/checkout:v1' }] } },
    },
  })
  cluster.settle()
  cluster.tick(60_000)
  return cluster
}

/** The cluster's time, which stood still while the scene was set, and flows with the machine's from then on. */
function clockOf(cluster: SimulatedCluster): Clock {
  const begun = systemClock.now()
  return { ...systemClock, now: () => cluster.now() + systemClock.now() - begun }
}
