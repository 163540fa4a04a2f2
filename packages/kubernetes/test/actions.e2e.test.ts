import type { Integration, JsonObject, Resource, RuleFinding } from '@mendkit/core'
import { connectTestbed, type Testbed, waitUntil } from '@mendkit/testbed'
import { expect, inject, test } from 'vitest'
import { kubernetes, kubernetesClient } from '../src/index.ts'
import { autoscaler, cronJob, job } from './catalogue-cases.ts'
import { diagnose } from './diagnose.ts'
import { readmeRbac } from './readme-rbac.ts'
import { freshly, isHealthy } from './real-scene.ts'
import { actionOf, checkout, context, effectOf, incidentAt, symptomOf, wiring } from './scene.ts'

const description = inject('testbed')

if (description === undefined) {
  test('the actions on a real cluster', (skipped) => {
    skipped.skip('needs servers')
  })
} else {
  onRealCluster(connectTestbed(description))
}

function onRealCluster(testbed: Testbed): void {
  /** A namespace with one Deployment, and the integration with exactly the README's permissions in it. */
  async function scene(image: string) {
    const namespace = await testbed.createNamespace('actions')
    const credentials = async (account: string) => {
      const { kubeconfigPath } = await testbed.credentialsFor(readmeRbac(namespace), account, 'mendkit')
      return { kubeconfig: kubeconfigPath }
    }
    const read = await credentials('mendkit-read')
    const act = await credentials('mendkit-act')
    const integration = kubernetes({ cluster: 'real', namespaces: [namespace], read, act })
    const target: Resource = { cluster: 'real', apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'checkout' }
    const roll = (next: string) => testbed.apply(JSON.stringify(checkout(next, {}, { namespace })), namespace)
    await roll(image)
    await waitUntil('the first rollout', () => isHealthy(integration, target))
    return { namespace, integration, target, roll, act: kubernetesClient(act), read: kubernetesClient(read) }
  }

  const input = (target: Resource, params: object, executionId: string) => ({
    params: params as Readonly<Record<string, string>>,
    target,
    incident: incidentAt(Date.now(), target),
    executionId,
    mintedAt: Date.now(),
  })

  test('a crashing rollout is found, rolled back with the permissions of the README, and the rollback undone', async () => {
    const { namespace, integration, target, roll, read } = await scene('shop/checkout:v1')
    await roll('shop/checkout:v2-crash')
    const finding = await found(integration, target)
    expect(finding.cause).toBe('bad-rollout')
    const [proposed] = finding.actions ?? []
    const action = actionOf('kubernetes.rollout-undo', integration)
    const first = input(target, proposed?.params ?? {}, 'exe_rollback')
    const shown = await action.preview(first, context)
    expect(shown).toMatchObject({ dryRun: 'done', doubts: [] })
    expect(shown.refused).toBeUndefined()
    expect(shown.diff).toContain('image: "shop/checkout:v2-crash" → "shop/checkout:v1"')

    const effect = effectOf(
      first,
      await freshly(
        () => action.preview(first, context),
        (each) => action.execute(effectOf(first, each), context),
      ),
    )
    expect(await action.observe(effect, context)).toBe('applied')
    await action.announce?.(effect, context)
    await waitUntil('the rollback to heal it', () => isHealthy(integration, target))

    const fresh = await action.preview({ ...first, executionId: 'exe_undo' }, context)
    expect(fresh.before).toEqual(effect.preview.after)
    const second = { ...first, executionId: 'exe_undo' }
    await freshly(
      () => action.preview(second, context),
      async (each) => {
        const { preview, ...rest } = effectOf(second, each)
        await action.execute(
          { ...rest, preview: { ...preview, before: effect.preview.after, after: effect.preview.before } },
          context,
        )
      },
    )
    const deployment = await read.get(target, context)
    expect(JSON.stringify(deployment['spec'])).toContain('shop/checkout:v2-crash')

    const { effects, events, fences } = await testbed.effects({ namespace })
    expect(effects.map(({ executionId, verb, resource }) => [executionId, verb, resource])).toEqual([
      ['exe_rollback', 'patch', 'deployments'],
      ['exe_undo', 'patch', 'deployments'],
    ])
    expect(events.map(({ executionId }) => executionId)).toEqual(['exe_rollback'])
    expect(fences).toEqual([])
  })

  test('a fence makes the guard fail, and is no effect', async () => {
    const { namespace, integration, target, roll } = await scene('shop/checkout:v1')
    await roll('shop/checkout:v2-crash')
    const [proposed] = (await found(integration, target)).actions ?? []
    const action = actionOf('kubernetes.rollout-undo', integration)
    const asked = input(target, proposed?.params ?? {}, 'exe_late')
    const effect = effectOf(asked, await action.preview(asked, context))
    await action.invalidate?.(effect, context)
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(await action.observe(effect, context)).toBe('not-applied')
    const { effects, fences } = await testbed.effects({ namespace })
    expect(effects).toEqual([])
    expect(fences.length).toBeLessThanOrEqual(1)
  })

  test('a rollout whose image cannot be pulled is found', async () => {
    const { integration, target, roll } = await scene('shop/checkout:v1')
    await roll('shop/checkout:v2-unpullable')
    expect((await found(integration, target)).cause).toBe('image-not-pullable')
  })

  test('a rollout that never gets ready is found', async () => {
    const { integration, target, roll } = await scene('shop/checkout:v1')
    await roll('shop/checkout:v2-unready')
    expect((await found(integration, target)).cause).toBe('bad-rollout')
  })

  test('a wedged pod among ready siblings is found, evicted and replaced', async () => {
    const { namespace, integration, target } = await scene('shop/checkout:v2-wedged-1-of-3')
    const finding = await found(integration, target)
    expect(finding.cause).toBe('wedged-pod')
    const [proposed] = finding.actions ?? []
    const pod = proposed?.target
    if (pod === undefined) throw new Error('the finding names no pod')
    const action = actionOf('kubernetes.evict-pod', integration)
    const asked = input(pod, {}, 'exe_evict')
    const shown = await freshly(
      () => action.preview(asked, context),
      (each) => action.execute(effectOf(asked, each), context),
    )
    expect(shown.dryRun).toBe('done')
    expect(await action.observe(effectOf(asked, shown), context)).toBe('gone')
    await action.announce?.(effectOf(asked, shown), context)
    await waitUntil('another pod in its place', () => isHealthy(integration, target))
    const { effects } = await testbed.effects({ namespace })
    expect(effects.map(({ executionId, resource }) => [executionId, resource])).toEqual([
      ['exe_evict', 'pods/eviction'],
    ])
  })

  /** A pod of the scene, and the eviction of it as previewed. */
  async function evictable() {
    const { namespace, integration, read, act } = await scene('shop/checkout:v1')
    const [pod] = (await read.list({ apiVersion: 'v1', kind: 'Pod', namespace }, context)).items
    if (pod === undefined) throw new Error('no pod')
    const { name, uid } = pod.metadata
    const path = `/api/v1/namespaces/${namespace}/pods/${name}`
    const target: Resource = { cluster: 'real', apiVersion: 'v1', kind: 'Pod', namespace, name, uid }
    const action = actionOf('kubernetes.evict-pod', integration)
    const asked = input(target, {}, 'exe_lost')
    const effect = effectOf(asked, await action.preview(asked, context))
    const seen = () => action.observe(effect, context)
    return { namespace, path, uid, action, effect, seen, act, read, target, asked }
  }

  test('an eviction whose pod somebody else deletes is neither claimed nor denied, and takes no success from it', async () => {
    const { namespace, path, action, effect, seen, act, asked, target, uid } = await evictable()
    expect(await seen()).toBe('not-applied')
    const slowly = { gracePeriodSeconds: 30 }
    expect((await testbed.admin.send({ method: 'DELETE', path, body: slowly })).status).toBe(200)
    expect(await seen()).toBe('gone')
    // The API server says yes to an eviction of a pod that is going already; only the version in our guard keeps us honest.
    const where = { namespace, name: target.name }
    await expect(act.evict(where, { uid: String(uid) }, { dryRun: true }, context)).resolves.toBeUndefined()
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect((await action.preview(asked, context)).refused).toMatch(/on its way out/)
    expect((await testbed.effects({ namespace })).effects).toEqual([])
  })

  test('an eviction that the API server has carried out by half has not happened, and a fence stops the other half', async () => {
    const { namespace, path, uid, action, effect, seen, read, target } = await evictable()
    const conditions = [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }]
    const half = {
      method: 'PATCH',
      path: `${path}/status`,
      contentType: 'application/strategic-merge-patch+json',
    } as const
    expect((await testbed.admin.send({ ...half, body: { status: { conditions } } })).status).toBe(200)
    expect(await seen()).toBe('not-applied')
    const otherHalf = await waitUntil('the other half being able to go through', async () => {
      const { resourceVersion } = (await read.get(target, context)).metadata
      const body = { preconditions: { uid, resourceVersion } }
      const { status } = await testbed.admin.send({ method: 'DELETE', path, body: { ...body, dryRun: ['All'] } })
      return status === 200 ? body : undefined
    })
    await action.invalidate?.(effect, context)
    expect((await testbed.admin.send({ method: 'DELETE', path, body: otherHalf })).status).toBe(409)
    expect(await seen()).toBe('not-applied')
    expect((await testbed.effects({ namespace })).effects).toEqual([])
  })

  test('a rollback that a person has written over is found on its ReplicaSet, or else not claimed to be undone', async () => {
    const { namespace, integration, target, roll, read } = await scene('shop/checkout:v1')
    await roll('shop/checkout:v2-crash')
    const [proposed] = (await found(integration, target)).actions ?? []
    const action = actionOf('kubernetes.rollout-undo', integration)
    const asked = input(target, proposed?.params ?? {}, 'exe_rewritten')
    const effect = effectOf(
      asked,
      await freshly(
        () => action.preview(asked, context),
        (each) => action.execute(effectOf(asked, each), context),
      ),
    )
    await waitUntil('the rollback to heal it', () => isHealthy(integration, target))
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments/checkout`
    const rewrite = {
      metadata: { annotations: { 'mendkit.dev/execution': null } },
      spec: { template: { spec: { containers: [{ name: 'app', image: 'shop/checkout:v3' }] } } },
    }
    const contentType = 'application/strategic-merge-patch+json'
    expect((await testbed.admin.send({ method: 'PATCH', path, contentType, body: rewrite })).status).toBe(200)
    const { annotations = {}, generation } = (await read.get(target, context)).metadata
    expect(Object.keys(annotations)).not.toContain('mendkit.dev/execution')
    expect(await action.observe(effect, context)).toBe('applied')

    // Without its ReplicaSet nothing is left that tells. One write since the guard would be somebody else's alone.
    const elsewhere = { ...effect, executionId: 'exe_another' }
    expect(await action.observe(elsewhere, context)).toBe('unknown')
    const guard = { ...(effect.preview.guard as object), generation: Number(generation) - 1 }
    expect(await action.observe({ ...elsewhere, preview: { ...effect.preview, guard } }, context)).toBe('not-applied')
  })

  test('the roles of the README suffice for all evidence and every action, and for nothing else', async () => {
    const { namespace, integration, target, act, read } = await scene('shop/checkout:v1')
    const [remediator] = integration.remediators ?? []
    expect(await remediator?.canAct?.(context)).toMatchObject({ permitted: true })
    const unable = kubernetes({ cluster: 'real', namespaces: [namespace], read, act: read }).remediators?.[0]
    expect(await unable?.canAct?.(context)).toMatchObject({ permitted: false })

    const [source] = integration.evidence ?? []
    const { status: _, ...suspended } = job([], { namespace })
    const spec = { ...(suspended['spec'] as object), suspend: true }
    for (const manifest of [
      autoscaler({ minReplicas: 2, maxReplicas: 4 }, { namespace }),
      cronJob({ namespace }),
      { ...suspended, spec },
      ...wiring(namespace),
    ]) {
      await testbed.apply(JSON.stringify(manifest), namespace)
    }
    const named = { namespace, name: 'checkout' }
    const others = new Map<string, readonly JsonObject[]>([
      ...['autoscaler', 'service', 'claim', 'disruption-budget'].map(
        (name) => [`kubernetes.${name}`, [named]] as const,
      ),
      ['kubernetes.job', ['Job', 'CronJob'].map((kind) => ({ ...named, kind }))],
    ])
    for (const tool of source?.tools ?? []) {
      for (const input of others.get(tool.name) ?? [{ ...named, kind: 'Deployment' }]) {
        const reading = await tool.read(input, context)
        expect(reading.warnings ?? []).toEqual([])
      }
    }
    const [topology] = integration.topology ?? []
    const [pod] = (await read.list({ apiVersion: 'v1', kind: 'Pod', namespace }, context)).items
    const owners = await topology?.owners(
      { ...target, apiVersion: 'v1', kind: 'Pod', name: pod?.metadata.name ?? '' },
      context,
    )
    expect(owners?.map(({ kind }) => kind)).toEqual(['ReplicaSet', 'Deployment'])

    const may = (client: typeof act, verb: string, kind: string, apiVersion = 'v1') =>
      client.can({ verb, kind, apiVersion, namespace }, context).then((answer) => answer.allowed)
    expect(await may(read, 'patch', 'Deployment', 'apps/v1')).toBe(false)
    expect(await may(read, 'get', 'Node')).toBe(false)
    // `delete-pod` and `delete-job` delete; nothing else is deleted, and nothing is replaced whole.
    expect(await may(act, 'delete', 'Deployment', 'apps/v1')).toBe(false)
    expect(await may(act, 'deletecollection', 'Pod')).toBe(false)
    expect(await may(act, 'update', 'Pod')).toBe(false)
    expect(await may(act, 'get', 'Pod')).toBe(false)
    expect(await may(act, 'create', 'Pod')).toBe(false)
    const elsewhere = { verb: 'patch', apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default' }
    expect((await act.can(elsewhere, context)).allowed).toBe(false)
  })

  /** What the rules find, once they find something. */
  function found(integration: Integration, target: Resource): Promise<RuleFinding> {
    return waitUntil('a rule to match', async () => {
      const findings = await diagnose(integration, incidentAt(Date.now(), target), [symptomOf(target)])
      return findings.find(({ actions = [] }) => actions.length > 0)
    })
  }
}
