import { z } from 'zod'
import type { ServiceState } from './world.ts'

const replicas = 2
const image = (version: 'good' | 'bad') => (version === 'good' ? 'shop/app:v1' : 'shop/app:v2-crash')
/** The image that crashes. */
export const badImage = image('bad')
/** The image that runs. */
export const goodImage = image('good')

/** The Deployment of a service. */
export function manifestOf(namespace: string, name: string, version: 'good' | 'bad') {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace, labels: { app: name } },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'app', image: image(version) }] } },
    },
  }
}

const deploymentSchema = z.object({
  metadata: z.object({ generation: z.number().default(0) }),
  spec: z.object({
    template: z.object({ spec: z.object({ containers: z.array(z.object({ image: z.string() })).min(1) }) }),
  }),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
    })
    .prefault({}),
})
const podSchema = z.object({
  metadata: z.object({ labels: z.record(z.string(), z.string()).default({}) }),
  status: z
    .object({
      containerStatuses: z
        .array(
          z.object({
            state: z.object({ waiting: z.object({ reason: z.string().default('') }).optional() }).default({}),
          }),
        )
        .default([]),
    })
    .prefault({}),
})

/** How a service is, by its Deployment and the pods of its namespace. */
export function stateOf(name: string, deployment: unknown, pods: readonly unknown[]): ServiceState {
  const { metadata, spec, status } = deploymentSchema.parse(deployment)
  const crashing = pods
    .map((pod) => podSchema.parse(pod))
    .some((pod) => {
      const waits = pod.status.containerStatuses.some(({ state }) => state.waiting?.reason === 'CrashLoopBackOff')
      return pod.metadata.labels['app'] === name && waits
    })
  if (spec.template.spec.containers[0]?.image === badImage) return crashing ? 'crashing' : 'rolling'
  const { observedGeneration, replicas: all, updatedReplicas, readyReplicas } = status
  const counted = all === replicas && updatedReplicas === replicas && readyReplicas === replicas
  return counted && observedGeneration >= metadata.generation ? 'well' : 'rolling'
}
