import { type Integration, MendkitError, type Resource } from '@mendkit/core'
import { type Testbed, waitUntil } from '@mendkit/testbed'
import type { Manifest } from '@mendkit/testkit'
import { z } from 'zod'
import { type KubernetesClient, kubernetes, kubernetesClient } from '../src/index.ts'
import { type CatalogueCase, paramsOf, referenceIn } from './catalogue-cases.ts'
import { readmeRbac } from './readme-rbac.ts'
import { actionOf, context, incidentAt } from './scene.ts'

/** A case of the catalogue in a namespace of its own on a real cluster, with exactly the README's permissions. */
export async function realScene(testbed: Testbed, each: CatalogueCase) {
  const namespace = await testbed.createNamespace('catalogue')
  const credentials = async (account: string) => {
    const { kubeconfigPath } = await testbed.credentialsFor(readmeRbac(namespace), account, 'mendkit')
    return { kubeconfig: kubeconfigPath }
  }
  const read = await credentials('mendkit-read')
  const act = await credentials('mendkit-act')
  const client = kubernetesClient(read)
  const integration = kubernetes({ cluster: 'real', namespaces: [namespace], read, act })
  for (const manifest of each.manifests(namespace)) {
    await testbed.apply(JSON.stringify(manifest), namespace)
    const isDone = () => isQuiet(client, integration, namespace, manifest)
    await waitUntil(`${manifest.kind} checkout being quiet`, isDone, { timeoutMs: 120_000 })
  }
  const reference = referenceIn(each, namespace)
  const revisions = await client.list({ apiVersion: 'apps/v1', kind: 'ControllerRevision', namespace }, context)
  const params = paramsOf(each, revisions.items)
  const target: Resource = { cluster: 'real', ...reference }
  const action = actionOf(each.type, integration)
  const ask = (executionId: string) => {
    const now = Date.now()
    return { params, target, incident: incidentAt(now, target), executionId, mintedAt: now }
  }
  return { namespace, client, integration, action, reference, target, ask }
}

/** Whether the controllers have done all that they have to do, so that nobody writes any more. */
async function isQuiet(
  client: KubernetesClient,
  integration: Integration,
  namespace: string,
  { apiVersion, kind, spec }: Manifest,
): Promise<boolean> {
  // Nobody acts on autoscalers here, and no CronJob falls due.
  if (kind === 'HorizontalPodAutoscaler' || kind === 'CronJob') return true
  const reference = { apiVersion, kind, namespace, name: 'checkout' }
  if (!(await isHealthy(integration, { cluster: 'real', ...reference }))) return false
  const { metadata, status } = await client.get(reference, context)
  const {
    conditions = [],
    observedGeneration,
    terminatingReplicas = 0,
  } = status as {
    readonly observedGeneration?: number
    readonly terminatingReplicas?: number
    readonly conditions?: readonly { readonly reason?: string }[]
  }
  // The last pods to go are counted down in the status, once by the ReplicaSet and once by the Deployment.
  if (observedGeneration !== metadata.generation || terminatingReplicas > 0) return false
  if (await hasGoingPods(client, namespace)) return false
  const paused = (spec as { readonly paused?: boolean }).paused === true
  const wanted = paused ? 'DeploymentPaused' : 'NewReplicaSetAvailable'
  return kind !== 'Deployment' || conditions.some(({ reason }) => reason === wanted)
}

/** Whether a pod is on its way out, or a ReplicaSet has not yet counted that it is gone. */
async function hasGoingPods(client: KubernetesClient, namespace: string): Promise<boolean> {
  const [pods, sets] = await Promise.all([
    client.list({ apiVersion: 'v1', kind: 'Pod', namespace }, context),
    client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace }, context),
  ])
  return (
    pods.items.some(({ metadata }) => metadata.deletionTimestamp !== undefined) ||
    sets.items.some(({ metadata, status }) => !isCounted(metadata.generation, setStatus.parse(status ?? {})))
  )
}

const setStatus = z.object({
  observedGeneration: z.number().optional(),
  terminatingReplicas: z.number().default(0),
})

function isCounted(
  generation: number | undefined,
  { observedGeneration, terminatingReplicas }: z.infer<typeof setStatus>,
) {
  return observedGeneration === generation && terminatingReplicas === 0
}

/** Whether the workload check calls an object healthy. */
export async function isHealthy(integration: Integration, target: Resource): Promise<boolean> {
  const [check] = integration.checks ?? []
  const question = { incident: incidentAt(Date.now(), target), target: { ...target, labels: {} }, symptoms: [] }
  return (await check?.check(question, context))?.verdict === 'good'
}

/** Previews and acts; previews again when the cluster's own writers were faster, as the engine does. */
export async function freshly<Seen>(preview: () => Promise<Seen>, act: (seen: Seen) => Promise<void>): Promise<Seen> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const seen = await preview()
      await act(seen)
      return seen
    } catch (error) {
      const isOvertaken = MendkitError.is(error, 'conflict') || MendkitError.is(error, 'unavailable')
      if (!isOvertaken || attempt === 10) throw error
    }
  }
}
