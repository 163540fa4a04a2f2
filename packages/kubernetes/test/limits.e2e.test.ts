import { blastRadiusCap } from '@mendkit/core'
import { connectTestbed, type Testbed, waitUntil } from '@mendkit/testbed'
import { plannedAction, policyInput } from '@mendkit/testkit'
import { expect, inject, test } from 'vitest'
import type { KubernetesClient } from '../src/index.ts'
import type { CatalogueCase } from './catalogue-cases.ts'
import { realScene } from './real-scene.ts'
import { actionOf, checkout, context, incidentAt } from './scene.ts'

const description = inject('testbed')

/** Three pods that may use 564Mi each, the more by far in the container that is not changed. */
const roomy: CatalogueCase = {
  type: 'kubernetes.set-resources',
  kind: 'Deployment',
  manifests: (namespace) => [checkout('shop/checkout:v1', { template: templateWith('64Mi') }, { namespace })],
  params: { container: 'app', limits: { memory: '128Mi' } },
  refused: {},
  changes: /resources/,
}

function templateWith(memory: string) {
  const containers = [
    { name: 'proxy', image: 'shop/proxy:v1', resources: { limits: { memory: '500Mi' } } },
    { name: 'app', image: 'shop/checkout:v1', resources: { limits: { memory } } },
  ]
  return { metadata: { labels: { app: 'checkout' } }, spec: { containers } }
}

if (description === undefined) {
  test('quotas and budgets of a real cluster', (skipped) => {
    skipped.skip('needs servers')
  })
} else {
  const testbed = connectTestbed(description)
  test('a real ResourceQuota refuses what its own API server would refuse too, and no less', () => inQuota(testbed))
  test('a real PodDisruptionBudget is stated, with the share of the pods that are ready, and policies can cap them', () =>
    inBudget(testbed))
}

async function inQuota(testbed: Testbed): Promise<void> {
  const { namespace, client, action, ask } = await realScene(testbed, roomy)
  const preview = () => action.preview(ask('exe_quota'), context)
  // 3 × 64Mi more for those that are there, and 628Mi for one beyond them.
  await quota(testbed, client, namespace, '2512Mi')
  expect((await preview()).refused).toBeUndefined()
  await quota(testbed, client, namespace, '2092Mi')
  expect((await preview()).refused).toMatch(/ResourceQuota team allows 2092Mi of limits\.memory, 1692Mi is used/)
  await testbed.apply(JSON.stringify(checkout('shop/checkout:v1', { template: templateWith('128Mi') }, { namespace })))
  await waitUntil('the API server to refuse a pod for its quota', async () => {
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Event', namespace }, context)
    return items.some(({ reason, message }) => reason === 'FailedCreate' && /exceeded quota/.test(String(message)))
  })
}

/** Sets the quota, and waits until its controller has counted. */
async function quota(testbed: Testbed, client: KubernetesClient, namespace: string, memory: string): Promise<void> {
  const hard = { 'limits.memory': memory }
  const metadata = { name: 'team', namespace }
  await testbed.apply(JSON.stringify({ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } }))
  await waitUntil(`the quota of ${memory} to be counted`, async () => {
    const [found] = (await client.list({ apiVersion: 'v1', kind: 'ResourceQuota', namespace }, context)).items
    const status = found?.['status'] as { hard?: typeof hard; used?: typeof hard } | undefined
    return status?.hard?.['limits.memory'] === memory && status.used?.['limits.memory'] === '1692Mi'
  })
}

async function inBudget(testbed: Testbed): Promise<void> {
  const { namespace, client, integration, target, ask } = await realScene(testbed, roomy)
  const selector = { matchLabels: { app: 'checkout' } }
  const metadata = { name: 'checkout', namespace }
  const manifest = {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata,
    spec: { minAvailable: 2, selector },
  }
  await testbed.apply(JSON.stringify(manifest))
  await waitUntil('the budget to be counted', async () => {
    const selection = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace }
    const [found] = (await client.list(selection, context)).items
    return (found?.['status'] as { disruptionsAllowed?: number } | undefined)?.disruptionsAllowed === 1
  })
  const [pod] = (await client.list({ apiVersion: 'v1', kind: 'Pod', namespace }, context)).items
  const podTarget = { ...target, apiVersion: 'v1', kind: 'Pod', name: pod?.metadata.name ?? '' }
  const cap = blastRadiusCap({ percentOfReady: 34, budgetHeadroom: 0, otherwise: 'deny' })
  for (const [type, params, on, expected, said] of [
    ['kubernetes.rollout-restart', {}, target, { percentOfReady: 33.4, budgetHeadroom: 0 }, 'abstain'],
    ['kubernetes.scale', { replicas: 1 }, target, { percentOfReady: 66.7, budgetHeadroom: -1 }, 'deny'],
    ['kubernetes.evict-pod', {}, podTarget, { percentOfReady: 33.4, budgetHeadroom: 0 }, 'abstain'],
    ['kubernetes.delete-pod', {}, podTarget, { percentOfReady: 33.4, budgetHeadroom: 0 }, 'abstain'],
  ] as const) {
    const input = { ...ask('exe_budget'), params, target: on, incident: incidentAt(Date.now(), target) }
    const { blastRadius } = await actionOf(type, integration).preview(input, context)
    expect(blastRadius).toMatchObject(expected)
    const actions = [plannedAction({ type, ...(blastRadius && { blastRadius }) })]
    expect((await cap.decide(policyInput({ plan: { actions } }))).kind).toBe(said)
  }
}
