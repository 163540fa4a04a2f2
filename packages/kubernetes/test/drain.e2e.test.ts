import { isDeepStrictEqual } from 'node:util'
import { connectTestbed, type Testbed, waitUntil } from '@mendkit/testbed'
import { expect, inject, test } from 'vitest'
import { kubernetes, kubernetesClient } from '../src/index.ts'
import { actionOf, checkout, context, effectOf, incidentAt } from './scene.ts'

interface BudgetStatus {
  readonly observedGeneration?: number
  readonly disruptionsAllowed?: number
}

const description = inject('testbed')
const NODE = 'drained-node'

if (description === undefined) {
  test('a drain on a real cluster', (skipped) => {
    skipped.skip('needs servers')
  })
} else {
  const testbed = connectTestbed(description)
  const client = kubernetesClient({ kubeconfig: description.kubeApi.adminKubeconfigPath })
  const send = async (method: 'POST' | 'DELETE', path: string, body: unknown) => {
    const { status, text } = await testbed.admin.send({ method, path, body, contentType: 'application/json' })
    if (status >= 300 && status !== 404) throw new Error(`${method} ${path}: ${status} ${text}`)
  }

  test('a drain on a real API server waits for the budget, evicts each pod once and uncordons when it is undone', async () => {
    // A node of its own, so that nobody else's pods are moved.
    await send('POST', '/api/v1/nodes', { apiVersion: 'v1', kind: 'Node', metadata: { name: NODE } })
    try {
      await drained(testbed)
    } finally {
      await send('DELETE', `/api/v1/nodes/${NODE}`, {})
    }
  })

  async function drained(on: Testbed): Promise<void> {
    const namespace = await on.createNamespace('drain')
    const manifest = checkout('shop/checkout:v1', {}, { namespace })
    const spec = manifest['spec'] as { readonly template: { readonly metadata: object; readonly spec: object } }
    const template = { ...spec.template, spec: { ...spec.template.spec, nodeName: NODE } }
    await on.apply(JSON.stringify({ ...manifest, spec: { ...spec, replicas: 2, template } }), namespace)
    const selector = { matchLabels: { app: 'checkout' } }
    const budget = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name: 'checkout' }
    const allow = async (maxUnavailable: number) => {
      const { apiVersion, kind, name } = budget
      const manifest = { apiVersion, kind, metadata: { name, namespace }, spec: { maxUnavailable, selector } }
      await on.apply(JSON.stringify(manifest), namespace)
    }
    await allow(1)
    const pods = async () => (await client.list({ apiVersion: 'v1', kind: 'Pod', namespace }, context)).items
    const isReady = (pod: object) =>
      /"type":"Ready","status":"True"|"status":"True","type":"Ready"/.test(JSON.stringify(pod))
    const allReady = async () => {
      const all = await pods()
      return all.length === 2 && all.every(isReady)
    }
    await waitUntil('two pods on the node to be ready', allReady)
    const before = (await pods()).map(({ metadata }) => metadata.uid)
    const integration = kubernetes({ cluster: 'real', nodes: true, read: client, act: client })
    const action = actionOf('kubernetes.drain', integration)
    const target = { cluster: 'real', apiVersion: 'v1', kind: 'Node', name: NODE }
    const now = Date.now()
    const input = { params: {}, target, incident: incidentAt(now, target), executionId: 'exe_drain', mintedAt: now }
    await waitUntil(
      'the budget to be counted',
      async () => (await action.preview(input, context)).blastRadius?.budgetHeadroom !== undefined,
    )
    const shown = await action.preview(input, context)
    expect(shown).toMatchObject({
      dryRun: 'done',
      blastRadius: { replicas: 2, percentOfReady: 100, budgetHeadroom: 0 },
    })
    expect(shown.refused).toBeUndefined()
    const effect = effectOf(input, shown)
    await action.execute(effect, context)
    expect(await action.observe(effect, context)).toBe('under-way')
    let part = 0
    const goOn = async () => {
      part += 1
      await action.resume?.({ ...effect, fence: effect.fence + part }, context)
    }
    await allow(0)
    await waitUntil('the budget to allow nothing', async () => {
      const { metadata, status } = await client.get(budget, context)
      return isDeepStrictEqual(
        [(status as BudgetStatus).observedGeneration, (status as BudgetStatus).disruptionsAllowed],
        [metadata.generation, 0],
      )
    })
    const notNow = { code: 'unavailable', effect: 'none' }
    await expect(goOn()).rejects.toMatchObject(notNow)
    expect((await pods()).map(({ metadata }) => metadata.uid).sort()).toEqual(before.toSorted())
    await allow(1)
    await waitUntil('the drain to be whole', async () => {
      if ((await action.observe(effect, context)) === 'applied') return true
      await goOn().catch((error: unknown) => expect(error).toMatchObject(notNow))
      return false
    })
    await waitUntil('the evicted pods to be gone', async () =>
      (await pods()).every(({ metadata }) => !before.includes(metadata.uid)),
    )
    const undo = { ...input, executionId: 'exe_drain_undo' }
    const { effects } = await on.effects({ since: new Date(now - 1_000) })
    const ours = effects.filter(({ executionId }) => executionId === 'exe_drain')
    expect(ours.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual([
      'patch nodes',
      'create pods/eviction',
      'create pods/eviction',
    ])
    expect(new Set(ours.map(({ name }) => name)).size).toBe(3)
    const fresh = await action.preview(undo, context)
    const swapped = {
      ...effectOf(undo, fresh),
      preview: { before: shown.after, after: shown.before, guard: fresh.guard },
    }
    await action.execute(swapped, context)
    expect(await action.observe(swapped, context)).toBe('applied')
    const node = await client.get({ apiVersion: 'v1', kind: 'Node', name: NODE }, context)
    expect(node['spec']).not.toHaveProperty('unschedulable')
  }
}
