import { type Chance, type Manifest, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { findWorkload } from './cluster-truth.ts'
import type { Scenario } from './scenario.ts'

const goodImage = 'shop/app:v1'
const quick = { readyAfterMs: 2_000, crashAfterMs: 2_000, pullMs: 500 }

/** A cluster with a shop on it. */
export interface Shop {
  readonly cluster: SimulatedCluster
  /** Rolls a bad version out, one after the other. */
  readonly rollOutBad: (name: string) => void
  /** Rolls out a version of which nothing works at all. */
  readonly rollOutBroken: (name: string) => void
  /** Somebody tries another version. Answers how to go back to what was there. */
  readonly detour: (name: string) => () => void
  /** What a person does who repairs by hand. */
  readonly rollOutGood: (name: string) => void
}

/** A shop that has run well for an hour, and on which bad versions have just been rolled out. */
export function openShop(now: () => number, seed: number, chance: Chance, scenario: Scenario): Shop {
  const { workloads, outcome } = scenario
  let early = 3_600_000
  let version = 1
  const cluster = simulatedCluster({ clock: { now: () => now() - early }, seed })

  function rollOutBad(name: string): void {
    version += 1
    const image = `shop/app:v${version}`
    // One pod that still works leaves something that a rollback can make worse.
    const affects = outcome === 'makes-it-worse' ? { affects: 1 } : {}
    cluster.image(image, { behaviour: chance.pick(['crash', 'not-ready', 'not-ready']), ...affects, ...quick })
    cluster.apply(deployment(name, image, scenario))
  }

  cluster.image(goodImage, { behaviour: 'healthy', ...quick })
  for (const name of workloads) cluster.apply(deployment(name, goodImage, scenario))
  early = 0
  cluster.tick()
  for (const name of workloads) rollOutBad(name)
  if (outcome !== 'helps') cluster.image(goodImage, { behaviour: 'crash', ...quick })
  return {
    cluster,
    rollOutBad,
    rollOutBroken(name) {
      version += 1
      cluster.image(`shop/app:v${version}`, { behaviour: 'not-ready', ...quick })
      cluster.apply(deployment(name, `shop/app:v${version}`, scenario))
    },
    detour(name) {
      const before = findWorkload(cluster, name)
      if (before === undefined) return () => undefined
      const { image = goodImage } = before.spec.template.spec.containers[0] ?? {}
      version += 1
      cluster.image(`shop/app:v${version}`, { behaviour: 'not-ready', ...quick })
      cluster.apply(deployment(name, `shop/app:v${version}`, scenario))
      return () => void cluster.apply(deployment(name, image, scenario))
    },
    rollOutGood(name) {
      version += 1
      cluster.apply(deployment(name, `shop/app:v${version}`, scenario))
    },
  }
}

function deployment(name: string, image: string, { strategy, outcome }: Scenario): Manifest {
  // Two only where one of them is to work: every pod costs time.
  const replicas = outcome === 'makes-it-worse' ? 2 : 1
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: {
      replicas,
      strategy: { type: strategy },
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image }] } },
    },
  }
}
