import { allowUpTo, defineNotifier, type MendkitOptions } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { faultyCluster, type Simulation, type Stage, simulatedCluster, type WorkerParts } from '@mendkit/testkit'
import { workloadTruth } from './cluster-truth.ts'
import { deployment } from './shop.ts'

/** A shop on a simulated cluster, on which a bad version is rolled out. */
export function shopStage(simulation: Simulation): Stage {
  const { chance, desk, later } = simulation
  const name = 'checkout'
  const replicas = 2
  let early = 3_600_000
  const cluster = simulatedCluster({ clock: { now: () => simulation.now() - early } })
  const quick = { readyAfterMs: 2_000, crashAfterMs: 2_000, pullMs: 500 }
  cluster.image('shop/app:v1', { behaviour: 'healthy', ...quick })
  cluster.image('shop/app:v2', { behaviour: 'crash', ...quick })
  cluster.apply(deployment(name, 'shop/app:v1', replicas))
  early = 0
  cluster.tick()
  cluster.apply(deployment(name, 'shop/app:v2', replicas))

  let told: 'firing' | 'resolved' = 'resolved'
  let startedAt = 0
  let looks = 0

  async function look(): Promise<void> {
    looks += 1
    cluster.tick()
    const healthy = workloadTruth(cluster, name)?.healthy === true
    const status = healthy ? 'resolved' : 'firing'
    if (status !== told && !(looks < 2 && healthy)) {
      told = status
      if (status === 'firing') startedAt = simulation.now()
      later(0, 'look', tell)
    }
    later(20_000, 'look', look)
  }

  async function tell(): Promise<void> {
    const now = new Date(simulation.now()).toISOString()
    const labels = { alertname: 'KubePodCrashLooping', namespace: 'shop', deployment: name }
    const times = { startsAt: new Date(startedAt).toISOString(), ...(told === 'resolved' && { endsAt: now }) }
    try {
      await desk.ingest({ source: 'am', complete: false, asOf: now, cluster: 'sim', alerts: [{ labels, status: told, ...times }] })
    } catch {
      later(10_000, 'tell again', tell)
    }
  }

  later(30_000, 'look', look)

  let seen = 0
  function host({ ports }: WorkerParts): Omit<MendkitOptions, 'store' | 'system'> {
    const client = faultyCluster(ports, cluster, ({ by, sentAt }) => {
      const all = cluster.effects()
      for (const request of all.slice(seen)) {
        const { executionId, target } = request
        simulation.effect({ executionId, by, sentAt, target: `${target.kind}/${target.name}` })
      }
      seen = all.length
    })
    const { canRead: _, remediators = [], ...integration } = kubernetes({
      cluster: 'sim',
      namespaces: ['shop'],
      read: client,
      act: client,
    })
    return {
      autonomy: { 'namespace:shop': 'auto' },
      integrations: [{ ...integration, remediators: remediators.map(({ canAct: __, ...rest }) => rest) }],
      policies: [allowUpTo('medium')],
      notifiers: [
        defineNotifier({
          id: 'people',
          reachesPeople: true,
          send: (notice, ctx) => ports.call({ label: `notice ${notice.urgency}`, run: () => undefined, signal: ctx.signal }),
        }),
      ],
      settings: {
        engine: { sweepMs: 60_000, workers: 2, leaseMs: 30_000 },
        correlation: { settleMs: 1_000 },
        diagnosis: { minIntervalMs: 30_000, retryMs: 10_000 },
        execution: { callTimeoutMs: 20_000, readEveryMs: 10_000, maxReads: 4, reachMs: 60_000 },
        verification: { soakMs: 30_000, everyMs: 15_000, deadlineMs: 240_000 },
        approval: { expiresInMs: 300_000 },
        notices: { retryMs: 10_000 },
        hold: { ms: 600_000 },
      },
    }
  }

  void chance
  return { workers: 2, host, isOver: () => simulation.ledger.incidents.size > 0 }
}
