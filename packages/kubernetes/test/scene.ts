import type { Action, ActionInput, EffectInput, IncidentView, Preview, Resource, Symptom } from '@mendkit/core'
import { resourceKey } from '@mendkit/core'
import {
  callContext,
  type Manifest,
  type SimulatedCluster,
  type SimulatedObject,
  simulatedCluster,
} from '@mendkit/testkit'
import { type KubernetesOptions, kubernetes } from '../src/index.ts'

export const context = callContext()

/** A Deployment `checkout` in `shop` with three replicas. */
export function checkout(image: string, spec: object = {}, metadata: object = {}): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'checkout', namespace: 'shop', labels: { app: 'checkout', team: 'checkout' }, ...metadata },
    spec: {
      replicas: 3,
      selector: { matchLabels: { app: 'checkout' } },
      template: {
        metadata: { labels: { app: 'checkout' } },
        spec: { containers: [{ name: 'app', image, env: [{ name: 'PASSWORD', value: `hunter2 of ${image}` }] }] },
      },
      ...spec,
    },
  }
}

export const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' } as const

/** A cluster on which v1 of `checkout` was healthy before v2, which behaves as told, was rolled out. */
export function badRollout(
  behaviour: Parameters<SimulatedCluster['image']>[1] = { behaviour: 'crash', logs: 'panic: no DATABASE_URL' },
  spec: object = {},
): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.image('shop/checkout:v2', behaviour)
  cluster.apply(checkout('shop/checkout:v1', spec))
  cluster.settle()
  cluster.tick(60_000)
  cluster.apply(checkout('shop/checkout:v2', spec))
  cluster.settle()
  return cluster
}

/** A cluster on which three pods of v1 are ready. */
export function healthy(): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1'))
  cluster.settle()
  return cluster
}

export function integrationOn(cluster: SimulatedCluster, more: KubernetesOptions = {}) {
  return kubernetes({ cluster: 'test', read: cluster, act: cluster, ...more })
}

export function actionOf(type: string, integration: ReturnType<typeof kubernetes>): Action {
  const action = integration.remediators?.flatMap((remediator) => remediator.actions).find((each) => each.type === type)
  if (action === undefined) throw new Error(`no action ${type}`)
  return action
}

export function incidentAt(openedAt: number, resource: Resource | undefined = resourceAt()): IncidentView {
  return {
    tenant: 'default',
    id: 'inc_1',
    cluster: 'test',
    phase: 'diagnosing',
    title: 'KubePodCrashLooping',
    ...(resource === undefined ? {} : { resource }),
    openedAt,
    relapses: 0,
  }
}

export function resourceAt(uid?: string): Resource {
  return { cluster: 'test', ...deployment, ...(uid === undefined ? {} : { uid }) }
}

export function podResource(pod: SimulatedObject): Resource {
  const { name, uid } = pod.metadata
  return { cluster: 'test', apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name, uid }
}

export function symptomOf(resource: Resource): Symptom {
  return {
    tenant: 'default',
    incidentId: 'inc_1',
    alertname: 'KubePodCrashLooping',
    resourceKey: resourceKey(resource),
    resource,
    firing: 1,
    suppressed: 0,
    total: 1,
  }
}

/** A Service, a claim and a disruption budget of `checkout`. */
export function wiring(namespace: string): readonly Manifest[] {
  const metadata = { name: 'checkout', namespace }
  const matchLabels = { app: 'checkout' }
  const resources = { requests: { storage: '1Gi' } }
  return [
    { apiVersion: 'v1', kind: 'Service', metadata, spec: { selector: matchLabels, ports: [{ port: 80 }] } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: { accessModes: ['ReadWriteOnce'], resources } },
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata,
      spec: { minAvailable: 1, selector: { matchLabels } },
    },
  ]
}

/** The UID of the ReplicaSet that made revision `number`. */
export function replicaSetOf(cluster: SimulatedCluster, number: number): string {
  const set = cluster
    .all('apps/v1', 'ReplicaSet', 'shop')
    .find((each) => each.metadata.annotations?.['deployment.kubernetes.io/revision'] === String(number))
  if (set === undefined) throw new Error(`no revision ${number}`)
  return set.metadata.uid
}

export function imageOf(cluster: SimulatedCluster): string | undefined {
  const spec = cluster.find(deployment)?.['spec'] as { template: { spec: { containers: { image: string }[] } } }
  return spec.template.spec.containers[0]?.image
}

export function podsOf(cluster: SimulatedCluster): readonly SimulatedObject[] {
  return cluster.all('v1', 'Pod', 'shop')
}

export function askFor(cluster: SimulatedCluster, params: ActionInput['params'], target = resourceAt()): ActionInput {
  return { params, target, incident: incidentAt(cluster.now()), executionId: 'exe_1', mintedAt: cluster.now() }
}

/** What the health check says of `checkout`. */
export async function healthOf(cluster: SimulatedCluster) {
  const [check] = integrationOn(cluster).checks ?? []
  const question = { incident: incidentAt(cluster.now()), target: { ...resourceAt(), labels: {} }, symptoms: [] }
  return check?.check(question, context)
}

/** What the engine hands to an action after its preview. */
export function effectOf(input: ActionInput, preview: Preview): EffectInput {
  if (preview.target === undefined) throw new Error(`the preview names no target: ${preview.refused}`)
  const { before, after, guard, target } = preview
  return { ...input, target, preview: { before, after, guard }, fence: 7 }
}
