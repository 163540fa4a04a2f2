import type { Resource } from '@mendkit/core'
import { connectTestbed, type Testbed, waitUntil } from '@mendkit/testbed'
import { type ActionSubject, actionContract, holdsTo } from '@mendkit/testkit'
import { expect, inject, test } from 'vitest'
import { z } from 'zod'
import { kubernetes, kubernetesClient } from '../src/index.ts'
import { cronJob, job, rerunSkips } from './catalogue-cases.ts'
import { readmeRbac } from './readme-rbac.ts'
import { actionOf, checkout, context, effectOf, incidentAt } from './scene.ts'

const description = inject('testbed')
const noWayBack = 'a pod that is gone does not come back; its controller has made another, and an undo calls a person'
const noOverload = 'a real API server is not overloaded at will; the simulated cluster is'
const NOT_NOW =
  'says for sure that nothing happened when the other side takes no effect now: unavailable, with effect none'
const RESTORES = 'restores what was before when before and after are swapped under a fresh guard'
/**
 * On a real cluster the controllers write to a Deployment right after its rollback, so that the guard of the next preview
 * may be overtaken, as it should be. That the way back works there is a test of its own, which sends again as the engine does.
 */
const withoutWayBack = actionContract.filter(({ says }) => says !== RESTORES)

if (description === undefined) {
  test('the contract of the actions on a real cluster (skipped: its servers are not built)', (skipped) => {
    skipped.skip('run `pnpm testbed build` first')
  })
} else {
  const testbed = connectTestbed(description)
  // Each clause has a namespace of its own, and mostly waits for controllers.
  holdsTo(
    test.concurrent,
    'kubernetes.rollout-undo on a real API server',
    withoutWayBack,
    () => rolloutSubject(testbed),
    {
      [NOT_NOW]: noOverload,
    },
  )
  for (const type of ['kubernetes.evict-pod', 'kubernetes.delete-pod']) {
    holdsTo(test.concurrent, `${type} on a real API server`, actionContract, () => removalSubject(testbed, type), {
      [RESTORES]: noWayBack,
      [NOT_NOW]: noOverload,
    })
  }
  holdsTo(
    test.concurrent,
    'kubernetes.rerun-job on a real API server',
    actionContract,
    () => failedJobSubject(testbed),
    {
      ...rerunSkips,
      [NOT_NOW]: noOverload,
    },
  )
  test('a failed Job on a real API server leads to another of its CronJob, with no field changed', async () => {
    const { client, owner, action, input: asked } = await failedJobSubject(testbed)
    const shown = await action.preview(asked, context)
    expect(shown).toMatchObject({ dryRun: 'done', doubts: [], alreadySo: false })
    expect([shown.refused, shown.diff?.split('\n')]).toEqual([
      undefined,
      [expect.stringContaining('→ run again as Job')],
    ])
    const effect = effectOf(asked, shown)
    await action.execute(effect, context)
    await action.announce?.(effect, context)
    const name = String((shown.after as { readonly again: string }).again)
    const made = await client.get({ ...asked.target, name }, context)
    const { blockOwnerDeletion: _, ...kept } = owner
    expect(made.metadata.ownerReferences).toEqual([kept])
    expect(made.metadata.annotations).toMatchObject({ 'cronjob.kubernetes.io/instantiate': 'manual' })
    const { refused } = await action.preview({ ...asked, executionId: 'exe_later' }, context)
    expect(refused).toContain('run again already')
  })
  holdsTo(test.concurrent, 'kubernetes.delete-job on a real API server', actionContract, () => jobSubject(testbed), {
    [RESTORES]: 'it is irreversible',
    [NOT_NOW]: noOverload,
  })
}

/** A suspended Job. The testbed runs no controller of Jobs, so nobody else writes to it. */
async function jobSubject(testbed: Testbed): Promise<ActionSubject> {
  const { namespace, integration, write, effects } = await healthyDeployment(testbed)
  const { status: _, ...manifest } = job([], { namespace })
  const suspended = { ...manifest, spec: { ...(manifest['spec'] as object), suspend: true } }
  await testbed.apply(JSON.stringify(suspended), namespace)
  const target = { cluster: 'real', apiVersion: 'batch/v1', kind: 'Job', namespace, name: 'checkout' }
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs/checkout`
  return {
    action: actionOf('kubernetes.delete-job', integration),
    input: { ...input(target, {}), params: { unfinished: true } },
    refused: { unfinished: 'yes' },
    effects,
    disturb: () => write('PATCH', path, { metadata: { labels: { seen: 'yes' } } }),
    remove: () => write('DELETE', path, { propagationPolicy: 'Background' }),
    removes: true,
  }
}

/** A Job of a CronJob that failed, as its controller would say, which the testbed does not run. */
async function failedJobSubject(testbed: Testbed) {
  const { namespace, integration, client, write, effects } = await healthyDeployment(testbed)
  await testbed.apply(JSON.stringify(cronJob({ namespace })), namespace)
  const batch = { apiVersion: 'batch/v1', namespace, name: 'checkout' }
  const { metadata } = await client.get({ ...batch, kind: 'CronJob' }, context)
  const { name, uid } = metadata
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name, uid, controller: true, blockOwnerDeletion: true }
  const { status: _, ...manifest } = job([], { namespace, ownerReferences: [owner] })
  await testbed.apply(JSON.stringify(manifest), namespace)
  const path = `/apis/batch/v1/namespaces/${namespace}/jobs/checkout`
  const at = new Date().toISOString()
  const failed = { status: 'True', reason: 'BackoffLimitExceeded', lastProbeTime: at, lastTransitionTime: at }
  const conditions = ['FailureTarget', 'Failed'].map((type) => ({ type, ...failed }))
  await write('PATCH', `${path}/status`, { status: { startTime: at, failed: 1, conditions } })
  return {
    client,
    owner,
    action: actionOf('kubernetes.rerun-job', integration),
    input: input({ cluster: 'real', ...batch, kind: 'Job' }, {}),
    refused: { times: '2' },
    effects,
    disturb: () => write('PATCH', path, { metadata: { labels: { seen: 'yes' } } }),
    remove: () => write('DELETE', path, { propagationPolicy: 'Background' }),
  }
}

/** Pods on their way out are counted in the status, and so their end is a write of the controller. */
const rolloutStatus = z.looseObject({
  observedGeneration: z.number().optional(),
  replicas: z.number().optional(),
  terminatingReplicas: z.number().optional(),
  conditions: z.array(z.looseObject({ reason: z.string().optional() })).optional(),
})

/** A namespace of its own with a healthy Deployment, and the README's permissions in it. */
async function healthyDeployment(testbed: Testbed) {
  const namespace = await testbed.createNamespace('contract')
  const credentials = async (account: string) => {
    const { kubeconfigPath } = await testbed.credentialsFor(readmeRbac(namespace), account, 'mendkit')
    return { kubeconfig: kubeconfigPath }
  }
  const read = await credentials('mendkit-read')
  const client = kubernetesClient(read)
  const integration = kubernetes({
    cluster: 'real',
    namespaces: [namespace],
    read,
    act: await credentials('mendkit-act'),
  })
  const deployment: Resource = {
    cluster: 'real',
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    namespace,
    name: 'checkout',
  }
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments/checkout`
  async function roll(image: string) {
    await testbed.apply(JSON.stringify(checkout(image, { replicas: 1 }, { namespace })), namespace)
    await waitUntil(
      `${image} running, and nobody writing any more`,
      async () => {
        const [check] = integration.checks ?? []
        const target = { ...deployment, labels: {} }
        const question = { incident: incidentAt(Date.now(), deployment), target, symptoms: [] }
        if ((await check?.check(question, context))?.verdict !== 'good') return false
        const { metadata, status } = await client.get(deployment, context)
        const { conditions = [], observedGeneration, replicas, terminatingReplicas = 0 } = rolloutStatus.parse(status)
        return (
          observedGeneration === metadata.generation &&
          replicas === 1 &&
          terminatingReplicas === 0 &&
          (await client.list({ apiVersion: 'v1', kind: 'Pod', namespace }, context)).items.length === 1 &&
          conditions.some(({ reason }) => reason === 'NewReplicaSetAvailable')
        )
      },
      { timeoutMs: 120_000 },
    )
  }
  await roll('shop/checkout:v1')
  const write = async (method: 'PATCH' | 'DELETE', where: string, body: unknown) => {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    const { status, text } = await testbed.admin.send({ method, path: where, body, contentType })
    if (status >= 300) throw new Error(`${method} ${where}: ${status} ${text}`)
  }
  const effects = async () => (await testbed.effects({ namespace })).effects.length
  return { namespace, integration, client, deployment, path, roll, write, effects }
}

async function rolloutSubject(testbed: Testbed): Promise<ActionSubject> {
  const { namespace, integration, client, deployment, path, roll, write, effects } = await healthyDeployment(testbed)
  const [first] = (await client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace }, context)).items
  if (first === undefined) throw new Error('no ReplicaSet')
  await roll('shop/checkout:v2')
  return {
    action: actionOf('kubernetes.rollout-undo', integration),
    input: input(deployment, { replicaSet: first.metadata.uid }),
    refused: { revision: 1 },
    effects,
    disturb: () => write('PATCH', path, { spec: { replicas: 2 } }),
    remove: () => write('DELETE', path, { propagationPolicy: 'Background' }),
  }
}

async function removalSubject(testbed: Testbed, type: string): Promise<ActionSubject> {
  const { namespace, integration, client, write, effects } = await healthyDeployment(testbed)
  const [pod] = (await client.list({ apiVersion: 'v1', kind: 'Pod', namespace }, context)).items
  if (pod === undefined) throw new Error('no pod')
  const { name, uid } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  return {
    action: actionOf(type, integration),
    input: input({ cluster: 'real', apiVersion: 'v1', kind: 'Pod', namespace, name, uid }, {}),
    refused: { gracePeriodSeconds: 0 },
    effects,
    disturb: () => write('PATCH', path, { metadata: { labels: { seen: 'yes' } } }),
    remove: () => write('DELETE', path, { gracePeriodSeconds: 0 }),
    removes: true,
  }
}

function input(target: Resource, params: Readonly<Record<string, string>>) {
  const now = Date.now()
  // The audit log tells executions apart by their ids, across all the tests of a run.
  return { params, target, incident: incidentAt(now, target), executionId: 'exe_contract', mintedAt: now }
}
