import {
  type Analyzer,
  allowAction,
  type Clock,
  createMendkit,
  defineNotifier,
  type Integration,
  type Logger,
  type Mendkit,
  type MendkitOptions,
  type Notice,
  onlyInNamespaces,
  type Policy,
  type Store,
  silentLogger,
  systemClock,
} from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import type { SimulatedCluster } from '@mendkit/testkit'
import { clusterName, type Scenery } from './scenery.ts'

/** What a host is given beside its scenery. */
export interface HostParts {
  readonly store: Store
  readonly analyzer: Analyzer
  /** Analyzers that are asked before it. @default none */
  readonly before?: readonly Analyzer[]
  /** @default one action, on objects of one tier, in one namespace */
  readonly policies?: readonly Policy[]
  /** Stands between the adapter and the engine. @default nothing */
  readonly through?: (integration: Integration) => Integration
  /** Gets every notice. */
  readonly told?: (notice: Notice) => void
  /** Gets every line of the log. */
  readonly logged?: (line: string) => void
}

/** A host that acts by itself, as far as its policies go. */
export interface Host {
  readonly mendkit: Mendkit
  /** The alert about `shop/checkout`. */
  fire(more?: { labels?: Record<string, string>; annotations?: Record<string, string> }): Promise<void>
  stop(): Promise<void>
}

/** The policy that every hostile answer is measured against: a rollback of what is labelled for it, in `shop`, and nothing else. */
export const narrowPolicies: readonly Policy[] = [
  allowAction('kubernetes.rollout-undo', 'tier=web'),
  onlyInNamespaces('shop'),
]

/** All namespaces of the scenery: autonomy holds nobody back, so that only policies do. */
const namespaces = ['shop', 'bank', 'kube-system', 'mendkit']

/**
 * Runs a host on a scenery: the real adapter with credentials for everything, so that nothing but the engine and its policies
 * stands between an answer and the cluster.
 */
export function openHost({ cluster }: Scenery, parts: HostParts): Host {
  const mendkit = createMendkit(hostOptions({ cluster }, parts))
  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })
  return {
    mendkit,
    async fire({ labels = {}, annotations = {} } = {}) {
      const now = new Date(clockOf(cluster).now()).toISOString()
      const own = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: 'checkout' }
      const alert = { labels: { ...labels, ...own }, annotations, status: 'firing' as const, startsAt: now }
      const { refused } = await mendkit.ingest({ source: 'am', complete: false, asOf: now, alerts: [alert] })
      if (refused.length > 0) throw new Error(`the alert was refused: ${JSON.stringify(refused)}`)
    },
    async stop() {
      stopping.abort()
      await running
      await mendkit.close()
    },
  }
}

/** The options of such a host. */
export function hostOptions({ cluster }: Pick<Scenery, 'cluster'>, parts: HostParts): MendkitOptions {
  const { store, analyzer, before = [], policies = narrowPolicies, through = (each) => each, told, logged } = parts
  const line: Logger['error'] = (text) => logged?.(text)
  return {
    store,
    autonomy: Object.fromEntries(namespaces.map((name) => [`namespace:${name}`, 'auto'] as const)),
    integrations: [through(kubernetes({ cluster: clusterName, read: cluster, act: cluster }))],
    analyzers: [...before, analyzer],
    policies,
    notifiers: [defineNotifier({ id: 'people', reachesPeople: true, send: async (notice) => told?.(notice) })],
    settings: {
      engine: { sweepMs: 10, workers: 1 },
      correlation: { settleMs: 0 },
      diagnosis: { minIntervalMs: 0 },
      verification: { soakMs: 0, everyMs: 10 },
      // One incident is diagnosed again and again here, far beyond what it would be given.
      models: { perIncident: { tokens: 100_000_000, calls: 900, ms: 86_400_000 }, perDay: { tokens: 100_000_000 } },
    },
    system: { clock: clockOf(cluster), random: cheapRandom(), log: { ...silentLogger, warn: line, error: line } },
  }
}

/** The cluster's time, which jumps when it plays, and flows with the machine's in between. */
export function clockOf(cluster: SimulatedCluster): Clock {
  return { ...systemClock, now: () => Math.floor(cluster.now() + performance.now()) }
}

/** Salts that nobody needs to be unable to guess: half of the time of a test would go into the real ones. */
function cheapRandom() {
  let drawn = 0
  return {
    hex(length: number) {
      drawn += 1
      return drawn.toString(16).padStart(length * 2, '0')
    },
    number: () => 0.5,
  }
}
