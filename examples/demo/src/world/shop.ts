import { type Manifest, type SimulatedCluster, type SimulatedImage, simulatedCluster } from '@mendkit/testkit'
import { z } from 'zod'
import type { Pace } from '../pace.ts'
import type { Workload } from './workload.ts'

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

const deploymentSchema = z.object({
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.tuple([z.object({ image: z.string() })], z.unknown()) }) }),
  }),
})

/** One pod of the workload, as the cluster has it now. */
export interface Pod {
  readonly name: string
  readonly image: string
  readonly state: 'ready' | 'starting' | 'crash-looping' | 'going'
}

/** A cluster with a shop on it. */
export interface Shop {
  readonly cluster: SimulatedCluster
  readonly workload: Workload
  /** Rolls an image out, as a person or a pipeline would. */
  rollOut(image: string): void
  /** The pods as they are at this moment, those of the good version first. */
  pods(): readonly Pod[]
  /** The image that the Deployment asks for at this moment. */
  image(): string
}

/** Starts a cluster on which a workload has run well for an hour. It follows the machine's clock. */
export function openShop(workload: Workload, pace: Pace): Shop {
  let behind = 3_600_000
  const cluster = simulatedCluster({ clock: { now: () => Date.now() - behind } })
  for (const [image, behaviour] of Object.entries(workload.images)) describeImage(cluster, pace, image, behaviour)
  cluster.apply(deployment(workload, workload.goodImage))
  behind = 0
  return {
    cluster,
    workload,
    rollOut: (image) => void cluster.apply(deployment(workload, image)),
    pods() {
      cluster.tick()
      return cluster
        .all('v1', 'Pod', 'shop')
        .map((object) => podOf(podSchema.parse(object)))
        .sort((a, b) => a.image.localeCompare(b.image) || a.name.localeCompare(b.name))
    },
    image: () => deploymentSchema.parse(cluster.find(referenceTo(workload))).spec.template.spec.containers[0].image,
  }
}

/** Says how an image behaves from now on, as fast as everything else here. */
export function describeImage(
  cluster: SimulatedCluster,
  { container }: Pace,
  image: string,
  spec: SimulatedImage,
): void {
  cluster.image(image, { readyAfterMs: container, crashAfterMs: container, pullMs: 50, ...spec })
}

function referenceTo({ name }: Workload) {
  return { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name }
}

function deployment({ name, replicas, goodImage, allAtOnce }: Workload, image: string): Manifest {
  const env = [{ name: 'ORDERS_SCHEMA', value: image === goodImage ? 'orders-v1' : 'orders-v2' }]
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'shop', labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      ...(allAtOnce && { strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%', maxSurge: 0 } } }),
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image, env }] } },
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
