import { type Manifest, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { z } from 'zod'
import type { Pace } from '../pace.ts'

const replicas = 48
const goodImage = 'shop/checkout:1.9.3'
const badImage = 'shop/checkout:2.0.0'

/** What the new version says before it dies. The password is there to show that it goes no further than this line. */
const lastWords = [
  'checkout 2.0.0 starting',
  'connecting to postgres://checkout:correct-horse@orders-db.shop:5432/orders',
  'fatal: column orders.currency does not exist: migration 0042 has not run',
].join('\n')

const podSchema = z.object({
  metadata: z.object({ name: z.string(), deletionTimestamp: z.string().optional() }),
  spec: z.object({ containers: z.array(z.object({ image: z.string() })).min(1) }),
  status: z.object({
    conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    containerStatuses: z
      .array(
        z.object({
          restartCount: z.number(),
          state: z.object({ waiting: z.object({ reason: z.string() }).optional() }),
        }),
      )
      .default([]),
  }),
})

/** One pod of the checkout, as the cluster has it now. */
export interface Pod {
  readonly name: string
  readonly image: string
  readonly state: 'ready' | 'starting' | 'crash-looping' | 'going'
}

/** A cluster with a shop on it. */
export interface Shop {
  readonly cluster: SimulatedCluster
  /** How many pods the checkout wants. */
  readonly replicas: number
  readonly goodImage: string
  readonly badImage: string
  /** Rolls the bad version out, as a person or a pipeline would. */
  rollOut(): void
  /** The pods as they are at this moment, those of the good version first. */
  pods(): readonly Pod[]
}

/** Starts a cluster on which `shop/checkout` has run well for an hour. It follows the machine's clock. */
export function openShop(pace: Pace): Shop {
  let behind = 3_600_000
  const cluster = simulatedCluster({ clock: { now: () => Date.now() - behind } })
  const quick = { readyAfterMs: pace.container, crashAfterMs: pace.container, pullMs: 50 }
  cluster.image(goodImage, { behaviour: 'healthy', ...quick })
  cluster.image(badImage, { behaviour: 'crash', logs: lastWords, ...quick })
  cluster.apply(checkout(goodImage, 'orders-v1'))
  behind = 0
  return {
    cluster,
    replicas,
    goodImage,
    badImage,
    rollOut: () => void cluster.apply(checkout(badImage, 'orders-v2')),
    pods() {
      cluster.tick()
      return cluster
        .all('v1', 'Pod', 'shop')
        .map((object) => podOf(podSchema.parse(object)))
        .sort((a, b) => a.image.localeCompare(b.image) || a.name.localeCompare(b.name))
    },
  }
}

function checkout(image: string, schema: string): Manifest {
  const env = [{ name: 'ORDERS_SCHEMA', value: schema }]
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout', namespace: 'shop', labels: { app: 'checkout' } },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'checkout' } },
      template: { metadata: { labels: { app: 'checkout' } }, spec: { containers: [{ name: 'app', image, env }] } },
    },
  }
}

function podOf({ metadata, spec, status }: z.output<typeof podSchema>): Pod {
  const ready = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True')
  const looping = status.containerStatuses.some(
    ({ state, restartCount }) => state.waiting?.reason === 'CrashLoopBackOff' || (!ready && restartCount > 1),
  )
  const alive = looping ? 'crash-looping' : ready ? 'ready' : 'starting'
  return {
    name: metadata.name,
    image: spec.containers[0]?.image ?? '',
    state: metadata.deletionTimestamp === undefined ? alive : 'going',
  }
}
