import type { Action, EffectInput } from '@mendkit/core'
import { type ActionSubject, actionContract, holdsTo, type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { kubernetes, leastPermissions, roleRules } from '../src/index.ts'
import { cronJob, job, podSet } from './catalogue-cases.ts'
import { actionOf, askFor, checkout, context, deployment, effectOf, integrationOn, podsOf } from './scene.ts'

const TYPE = 'kubernetes.drain'
const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1' } as const
const target = { cluster: 'test', ...node }

function budget(minAvailable: number, name = 'checkout') {
  return {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name, namespace: 'shop' },
    spec: { minAvailable, selector: { matchLabels: { app: 'checkout' } } },
  }
}

/** A StatefulSet or DaemonSet of another name, with labels of its own. */
function named(kind: 'StatefulSet' | 'DaemonSet', name: string, spec: object = {}) {
  const labels = { app: name }
  const template = { metadata: { labels }, spec: { containers: [{ name: 'app', image: 'x:1' }] } }
  const manifest = podSet(kind, 'x:1', { selector: { matchLabels: labels }, template, ...spec })
  return { ...manifest, metadata: { name, namespace: 'shop' } }
}

/** Three nodes with two pods of `checkout` each, and one of a DaemonSet. */
function busy(...manifests: readonly Parameters<SimulatedCluster['apply']>[0][]): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1', { replicas: 6 }))
  cluster.apply(named('DaemonSet', 'agent'))
  for (const manifest of manifests) cluster.apply(manifest)
  cluster.settle()
  return cluster
}

const placeOf = (object: { readonly [field: string]: unknown }) => (object['spec'] as { nodeName?: string }).nodeName
const onNode = (cluster: SimulatedCluster) =>
  podsOf(cluster).filter((pod) => placeOf(pod) === 'node-1' && pod.metadata.deletionTimestamp === undefined)

/** A pod on the node, as told. */
function pod(name: string, spec: object = {}, metadata: object = {}) {
  const containers = [{ name: 'app', image: 'x:1' }]
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', ...metadata },
    spec: { nodeName: 'node-1', containers, ...spec },
  }
}

function ownedBy(kind: string, apiVersion = 'apps/v1', name = 'owner') {
  return { ownerReferences: [{ apiVersion, kind, name, uid: `u-${kind}-${name}`, controller: true }] }
}

function sceneOn(cluster: SimulatedCluster, params: { readonly localData?: boolean } = {}, options: object = {}) {
  const action = actionOf(TYPE, integrationOn(cluster, { nodes: true, ...options }))
  const input = askFor(cluster, params, target)
  return { cluster, action, input, preview: () => action.preview(input, context) }
}

/** Does parts under rising fences until nothing is under way, and lets the cluster go on in between. */
async function finish(cluster: SimulatedCluster, action: Action, effect: EffectInput): Promise<number> {
  for (let part = 1; part <= 50; part += 1) {
    if ((await action.observe(effect, context)) !== 'under-way') return part - 1
    await action.resume?.({ ...effect, fence: effect.fence + part }, context).catch(() => undefined)
    cluster.settle()
  }
  throw new Error('it never ends')
}

holdsTo(
  test,
  TYPE,
  actionContract,
  async (): Promise<ActionSubject> => {
    const { cluster, action, input } = sceneOn(busy())
    return {
      action,
      input,
      refused: { localData: 'yes' },
      effects: () => cluster.effects().length,
      disturb: () => void cluster.apply({ ...node, metadata: { name: 'node-1', labels: { seen: 'yes' } } }),
      remove: () => cluster.remove(node),
      overload: () => void cluster.inject({ on: 'patch', fault: 429, dryRun: false }),
      parts: 2,
    }
  },
  {
    'restores what was before when before and after are swapped under a fresh guard':
      'pods do not come back to their node; that an undo uncordons it is a test of its own',
  },
)

test('a drain cordons its node and moves its pods elsewhere, but for those of DaemonSets; its undo uncordons', async () => {
  const { cluster, action, input, preview } = sceneOn(busy())
  const [agent] = onNode(cluster).filter(({ metadata }) => metadata.name.startsWith('agent'))
  const going = onNode(cluster).filter(({ metadata }) => metadata.name.startsWith('checkout'))
  expect(going).toHaveLength(2)
  const shown = await preview()
  expect(shown).toMatchObject({ dryRun: 'done', doubts: ['capacity-unproven'], blastRadius: { replicas: 2 } })
  expect([shown.refused, action.risk, shown.lockKeys?.length]).toEqual([undefined, 'high', 2])
  expect(shown.blastRadius).toMatchObject({ percentOfReady: 33.4 })
  expect(shown.blastRadius?.resources.map(({ kind }) => kind)).toEqual(['Node', 'Deployment', 'Pod', 'Pod'])
  expect(shown.diff?.split('\n')).toEqual([
    'spec.unschedulable: (absent) → true',
    'Deployment shop/checkout: its pods here are evicted, and others made elsewhere',
    'each pod goes when its disruption budget lets it, also those of a CronJob that runs here then',
    'pods that have ended stay, and so do those of DaemonSets and of the node itself',
  ])
  const effect = effectOf(input, shown)
  await action.execute(effect, context)
  expect(onNode(cluster)).toHaveLength(3)
  expect(await action.observe(effect, context)).toBe('under-way')
  expect(await finish(cluster, action, effect)).toBe(2)
  expect(await action.observe(effect, context)).toBe('applied')
  expect(onNode(cluster).map(({ metadata }) => metadata.uid)).toEqual([agent?.metadata.uid])
  expect(podsOf(cluster).filter((each) => each.metadata.name.startsWith('checkout'))).toHaveLength(6)
  expect(cluster.effects('exe_1').map(({ verb }) => verb)).toEqual(['patch', 'evict', 'evict'])

  const undo = { ...input, executionId: 'exe_2' }
  expect(await action.preview(undo, context)).toMatchObject({ before: shown.after, alreadySo: true })
  // Somebody's that came since does not keep the node from being uncordoned.
  cluster.apply(pod('late', {}, ownedBy('ReplicaSet')))
  const now = await action.preview(undo, context)
  const swapped = { ...effectOf(undo, now), preview: { before: shown.after, after: shown.before, guard: now.guard } }
  await action.execute(swapped, context)
  expect(await action.observe(swapped, context)).toBe('applied')
  expect(cluster.find(node)?.['spec']).toEqual({})
})

test('more than twenty workloads are counted in the difference, and all of them are approved', async () => {
  const cluster = busy()
  const others = Array.from({ length: 24 }, (_, index) => `other-${index}`)
  for (const name of others) cluster.apply(pod(name, {}, ownedBy('ReplicaSet', 'apps/v1', name)))
  const shown = await sceneOn(cluster).preview()
  expect(shown.diff?.split('\n')).toHaveLength(1 + 20 + 1 + 2)
  expect(shown.diff).toMatch(/\nand 5 more\n/)
  expect(shown.guard).toMatchObject({ pods: { length: 26 } })
  cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'other-9' })
  expect((await sceneOn(cluster).preview()).approvalFields).not.toEqual(shown.approvalFields)
})

test('the last node that takes pods is not drained, unless it is cordoned already', async () => {
  const cluster = busy()
  const cordon = (name: string) => cluster.apply({ ...node, metadata: { name }, spec: { unschedulable: true } })
  for (const name of ['node-2', 'node-3']) cordon(name)
  expect(await sceneOn(cluster).preview()).toMatchObject({ refused: expect.stringMatching(/no other ready node/) })
  cordon('node-1')
  expect((await sceneOn(cluster).preview()).refused).toBeUndefined()
})

describe('a disruption budget', () => {
  test('is honoured: pods go as it lets them, and the drain waits in between, as the blast radius says', async () => {
    const { cluster, action, input, preview } = sceneOn(busy(budget(6)))
    const shown = await preview()
    expect(shown.blastRadius).toMatchObject({ budgetHeadroom: 0 })
    const effect = effectOf(input, shown)
    await action.execute(effect, context)
    const waiting = { code: 'unavailable', effect: 'none', retryAfterMs: 10_000 }
    await expect(action.resume?.({ ...effect, fence: 8 }, context)).rejects.toMatchObject(waiting)
    expect(onNode(cluster)).toHaveLength(3)
    cluster.apply(budget(5))
    cluster.settle()
    await action.resume?.({ ...effect, fence: 9 }, context)
    // Its successor is not ready yet.
    await expect(action.resume?.({ ...effect, fence: 10 }, context)).rejects.toMatchObject(waiting)
    cluster.settle()
    await action.resume?.({ ...effect, fence: 11 }, context)
    expect(await action.observe(effect, context)).toBe('applied')
  })

  test('that says no to one pod does not keep the others', async () => {
    const cluster = busy(budget(6), named('StatefulSet', 'zzz', { replicas: 3 }))
    const { action, input, preview } = sceneOn(cluster)
    const shown = await preview()
    expect(shown.doubts).toContain('stateful')
    const effect = effectOf(input, shown)
    await action.execute(effect, context)
    await action.resume?.({ ...effect, fence: 8 }, context)
    expect(cluster.effects().map(({ target: of }) => of.name)).toEqual(['node-1', expect.stringMatching(/^zzz-/)])
  })

  test('besides another that came since is waited for as one without room, and the other pods go', async () => {
    const cluster = busy(named('StatefulSet', 'zzz', { replicas: 3 }))
    const { action, input, preview } = sceneOn(cluster)
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    for (const name of ['checkout', 'second']) cluster.apply(budget(1, name))
    await action.resume?.({ ...effect, fence: 8 }, context)
    expect(cluster.effects().map(({ target: of }) => of.name)).toEqual(['node-1', expect.stringMatching(/^zzz-/)])
    const waiting = { code: 'unavailable', effect: 'none', retryAfterMs: 10_000 }
    await expect(action.resume?.({ ...effect, fence: 9 }, context)).rejects.toMatchObject(waiting)
  })

  test('that nobody may ask, or a controller, leaves a doubt', async () => {
    const cluster = busy()
    cluster.inject({ on: 'list', kind: 'PodDisruptionBudget', fault: 403 })
    const unasked = await sceneOn(cluster).preview()
    expect(unasked.doubts).toContain('budget-unreadable')
    expect(unasked.blastRadius).not.toHaveProperty('budgetHeadroom')
    cluster.inject({ on: 'get', kind: 'ReplicaSet', fault: 403 })
    expect((await sceneOn(cluster).preview()).doubts).toContain('owner-unreadable')
  })

  test('besides another that covers the same pods is refused, for the API server evicts no such pod', async () => {
    expect((await sceneOn(busy(budget(1), budget(2, 'second'))).preview()).refused).toMatch(
      /more than one disruption budget \(checkout, second\)/,
    )
  })
})

describe('pods that must not go', () => {
  test.each([
    ['nobody would make again', pod('lone'), /pod shop\/lone would not come back: no controller/],
    [
      'only belong to something',
      pod('kept', {}, { ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: 'u' }] }),
      /pod shop\/kept would not come back: no controller/,
    ],
    [
      'lie in a system namespace',
      pod('dns', {}, { namespace: 'kube-system', ...ownedBy('ReplicaSet') }),
      /pod kube-system\/dns must stay: kube-system is a system namespace/,
    ],
    [
      "lie in Mendkit's own namespace",
      pod('self', {}, { namespace: 'mendkit', ...ownedBy('ReplicaSet') }),
      /mendkit\/self must stay/,
    ],
    [
      'have local data',
      pod('cache', { volumes: [{ name: 'tmp', emptyDir: {} }] }, ownedBy('ReplicaSet')),
      /pod shop\/cache would lose local data/,
    ],
  ] as const)('as they %s are named, and nothing is tried', async (_, manifest, because) => {
    const cluster = busy(manifest)
    const shown = await sceneOn(cluster).preview()
    expect(shown).toMatchObject({ refused: expect.stringMatching(because), dryRun: 'none' })
    expect(cluster.effects()).toEqual([])
  })

  test('for their local data go when the parameter accepts that', async () => {
    const cluster = busy(pod('cache', { volumes: [{ name: 'tmp', emptyDir: {} }] }, ownedBy('ReplicaSet')))
    expect((await sceneOn(cluster, { localData: true }).preview()).refused).toBeUndefined()
  })

  test('outside the namespaces of the adapter are named, and so it is said when they cannot be seen', async () => {
    const cluster = busy(pod('other', {}, { namespace: 'elsewhere', ...ownedBy('ReplicaSet') }))
    const { refused } = await sceneOn(cluster, {}, { namespaces: ['shop'] }).preview()
    expect(refused).toMatch(/pod elsewhere\/other must stay: elsewhere is not among the namespaces/)
    cluster.inject({ on: 'list', kind: 'Pod', fault: 403 })
    expect((await sceneOn(cluster).preview()).refused).toMatch(/let the `read` credentials list pods of all namespaces/)
  })

  test('stay where they are when they have ended, are mirrors or belong to the node', async () => {
    const cluster = busy(
      pod('done', {}, ownedBy('Job', 'batch/v1', 'import')),
      pod('failed', {}, ownedBy('Job', 'batch/v1', 'export')),
      pod('mirror', {}, { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
      pod('static', {}, ownedBy('Node', 'v1', 'itself')),
    )
    expect((await sceneOn(cluster).preview()).diff).toMatch(/export[\s\S]*import/)
    const read = withPhases(cluster, { done: 'Succeeded', failed: 'Failed' })
    const { diff, guard } = await sceneOn(cluster, {}, { read }).preview()
    expect(diff).toMatch(/checkout/)
    expect(diff).not.toMatch(/shop\/(import|export|itself)/)
    expect(diff).toContain('pods that have ended stay, and so do those of DaemonSets and of the node itself')
    expect(guard).toMatchObject({ pods: { length: 2 } })
  })

  test('as they have ended since the drain began are not evicted, and it is whole without them', async () => {
    const cluster = busy(pod('done', {}, ownedBy('Job', 'batch/v1')))
    const phases: Record<string, string> = {}
    const { action, input, preview } = sceneOn(cluster, {}, { read: withPhases(cluster, phases) })
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    phases['done'] = 'Succeeded'
    expect(await finish(cluster, action, effect)).toBe(2)
    expect(await action.observe(effect, context)).toBe('applied')
    expect(onNode(cluster).map(({ metadata }) => metadata.name)).toContain('done')
    // An eviction that was sent before it ended may still be on its way.
    await action.invalidate?.({ ...effect, fence: 60 }, context)
    const done = onNode(cluster).find(({ metadata }) => metadata.name === 'done')
    expect(done?.metadata.annotations?.['mendkit.dev/fence']).toBe('60 exe_1')
  })
})

/** The cluster as it would be read when these pods had ended: pods of the simulated kubelet run for ever. */
function withPhases(cluster: SimulatedCluster, phases: Readonly<Record<string, string>>) {
  const list: SimulatedCluster['list'] = async (...asked) => {
    const found = await cluster.list(...asked)
    const items = found.items.map((each) => {
      const phase = phases[each.metadata.name]
      return phase === undefined ? each : { ...each, status: { phase } }
    })
    return { ...found, items }
  }
  return { ...cluster, list }
}

describe('what was approved', () => {
  const removeOne = (cluster: SimulatedCluster) => {
    const [one] = onNode(cluster).filter(({ metadata }) => metadata.name.startsWith('checkout'))
    if (one === undefined) throw new Error('no pod of checkout is on the node')
    cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: one.metadata.name })
  }
  /** Lets the controllers do what there is to do then. */
  const settled = (change: (cluster: SimulatedCluster) => void) => (cluster: SimulatedCluster) => {
    change(cluster)
    cluster.settle()
  }
  const taint = (cluster: SimulatedCluster, key: string) =>
    void cluster.apply(
      { ...node, metadata: { name: 'node-1' }, spec: { taints: [{ key, effect: 'NoSchedule' }] } },
      { manager: 'kube-controller-manager' },
    )

  test.each<readonly [string, (cluster: SimulatedCluster) => void]>([
    ['a pod gone whose sibling takes its place', settled(removeOne)],
    ['one pod fewer of a workload', removeOne],
    [
      'more pods of a workload',
      settled((cluster) => void cluster.apply(checkout('shop/checkout:v1', { replicas: 12 }))),
    ],
    [
      'a rollout, whose pods have another ReplicaSet',
      settled((cluster) => void cluster.apply(checkout('shop/checkout:v2', { replicas: 6 }))),
    ],
    ['a budget without room', settled((cluster) => void cluster.apply(budget(6)))],
    ['a pod of a DaemonSet', settled((cluster) => void cluster.apply(named('DaemonSet', 'more')))],
    ['what the control plane taints the node for', (cluster) => taint(cluster, 'node.kubernetes.io/memory-pressure')],
    [
      'a run of a CronJob',
      (cluster) => {
        const run = { ...job([]), metadata: { name: 'run', namespace: 'shop' } }
        const { uid } = cluster.apply(cronJob()).metadata
        const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid, controller: true }
        const made = cluster.apply({ ...run, metadata: { ...run.metadata, ownerReferences: [owner] } })
        const ownerReferences = [
          { apiVersion: 'batch/v1', kind: 'Job', name: 'run', uid: made.metadata.uid, controller: true },
        ]
        cluster.apply(pod('run-1', {}, { ownerReferences }))
      },
    ],
  ])('survives %s', async (_, happens) => {
    const { cluster, preview } = sceneOn(busy())
    const shown = await preview()
    const before = JSON.stringify(onNode(cluster))
    happens(cluster)
    const now = await preview()
    expect([now.refused, now.approvalFields, now.diff]).toEqual([undefined, shown.approvalFields, shown.diff])
    expect(JSON.stringify([onNode(cluster), cluster.find(node), now.blastRadius])).not.toBe(
      JSON.stringify([JSON.parse(before), node, shown.blastRadius]),
    )
  })

  test.each<readonly [string, (cluster: SimulatedCluster) => void]>([
    [
      'another workload on the node',
      settled((cluster) => void cluster.apply(named('StatefulSet', 'zzz', { replicas: 3 }))),
    ],
    [
      "a pod of somebody else's kind that is called CronJob too",
      (cluster) => void cluster.apply(pod('cron-1', {}, ownedBy('CronJob', 'example.org/v1'))),
    ],
    ['a Job on the node', (cluster) => void cluster.apply(pod('job-1', {}, ownedBy('Job', 'batch/v1')))],
    ['a workload that is no longer there', settled((cluster) => cluster.remove(deployment))],
    ['a workload that was made again', settled((cluster) => void cluster.recreate(deployment))],
    [
      'a pod that would lose local data',
      (cluster) => {
        const [one] = onNode(cluster).filter(({ metadata }) => metadata.name.startsWith('checkout'))
        if (one === undefined) throw new Error('no pod of checkout is on the node')
        const { ownerReferences = [] } = one.metadata
        cluster.apply(pod('cache', { volumes: [{ name: 'tmp', emptyDir: {} }] }, { ownerReferences }))
      },
    ],
    ['a taint of somebody else', (cluster) => taint(cluster, 'ToBeDeletedByClusterAutoscaler')],
    [
      'a node that was cordoned meanwhile',
      (cluster) => void cluster.apply({ ...node, metadata: { name: 'node-1' }, spec: { unschedulable: true } }),
    ],
  ])('dies with %s', async (_, happens) => {
    const { cluster, preview } = sceneOn(busy(), { localData: true })
    const shown = await preview()
    happens(cluster)
    const now = await preview()
    expect(now.approvalFields).not.toEqual(shown.approvalFields)
  })

  test('dies with a pod that nobody would make again, which is refused', async () => {
    const { cluster, preview } = sceneOn(busy())
    expect((await preview()).refused).toBeUndefined()
    cluster.apply(pod('lone'))
    expect((await preview()).refused).toMatch(/lone would not come back/)
  })

  test('says that runs of CronJobs lose their local data too, which name no workload of their own', async () => {
    const last = async (params: object) =>
      (await sceneOn(busy(), params).preview()).diff?.split('\n').find((line) => line.includes('CronJob'))
    expect(await last({ localData: true })).toMatch(/a CronJob that runs here then, with their local data$/)
    expect(await last({ localData: false })).toMatch(/a CronJob that runs here then$/)
  })

  test('tells of each workload in one line, however a pod names its controller', async () => {
    const forged = ownedBy(
      'Queue',
      'example.org/v1',
      'mail\nspec.unschedulable: true → (absent)\r\u2028nothing: is evicted',
    )
    const { diff } = await sceneOn(busy(pod('mail-1', {}, forged))).preview()
    expect(diff?.split(/[\n\r\u2028]/)).toEqual([
      'spec.unschedulable: (absent) → true',
      'Deployment shop/checkout: its pods here are evicted, and others made elsewhere',
      expect.stringMatching(/^Queue shop\/mail spec\.unschedulable: .*: its pods here are evicted/),
      expect.stringMatching(/^each pod goes/),
      expect.stringMatching(/^pods that have ended/),
    ])
  })

  test('is for the pods that are there when it begins: one that comes later is not touched', async () => {
    const { cluster, action, input, preview } = sceneOn(busy())
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    cluster.apply(pod('late', {}, ownedBy('ReplicaSet')))
    cluster.settle()
    await finish(cluster, action, effect)
    expect(await action.observe(effect, context)).toBe('applied')
    expect(onNode(cluster).map(({ metadata }) => metadata.name)).toContain('late')
  })

  test('hears the owners of workloads, pods and namespaces', async () => {
    const cluster = busy()
    cluster.apply(checkout('shop/checkout:v1', { replicas: 6 }, { annotations: { 'mendkit.dev/autonomy': 'suggest' } }))
    cluster.settle()
    expect(await sceneOn(cluster).preview()).toMatchObject({ autonomyLimit: 'suggest' })
    const annotations = { 'mendkit.dev/autonomy': 'approve' }
    const one = busy(pod('one', {}, { ...ownedBy('ReplicaSet'), annotations }))
    expect(await sceneOn(one).preview()).toMatchObject({ autonomyLimit: 'approve' })
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'shop', annotations: { 'mendkit.dev/autonomy': 'off' } },
    })
    expect(await sceneOn(cluster).preview()).toMatchObject({ autonomyLimit: 'off' })
    cluster.inject({ on: 'get', kind: 'Namespace', fault: 403 })
    expect((await sceneOn(cluster).preview()).doubts).toContain('namespace-unreadable')
  })
})

describe('when somebody interferes', () => {
  test('and uncordons the node, no pod goes any more, and nobody says that it is under way', async () => {
    const { cluster, action, input, preview } = sceneOn(busy())
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    await cluster.patch(
      node,
      { type: 'json', operations: [{ op: 'remove', path: '/spec/unschedulable' }] },
      {},
      context,
    )
    await expect(action.resume?.({ ...effect, fence: 8 }, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(await action.observe(effect, context)).toBe('unknown')
    expect(onNode(cluster)).toHaveLength(3)
  })

  test.each([
    ['the mark of another execution', 'exe_9'],
    ['no mark', undefined],
  ])('and leaves %s on the node, no pod goes, and what was on its way is fenced', async (_, mark) => {
    const cluster = busy()
    const late: (() => Promise<void>)[] = []
    const evict: SimulatedCluster['evict'] = async (...request) => {
      late.push(() => cluster.evict(...request))
      throw new Error('the process died')
    }
    const { action, input, preview } = sceneOn(cluster, {}, { act: { ...cluster, evict } })
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    await expect(action.resume?.({ ...effect, fence: 8 }, context)).rejects.toThrow('died')
    const path = '/metadata/annotations/mendkit.dev~1execution'
    const operation =
      mark === undefined ? ({ op: 'remove', path } as const) : ({ op: 'replace', path, value: mark } as const)
    await cluster.patch(node, { type: 'json', operations: [operation] }, {}, context)
    await expect(action.resume?.({ ...effect, fence: 9 }, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(late).toHaveLength(1)
    await action.invalidate?.({ ...effect, fence: 9 }, context)
    expect(await action.observe(effect, context)).toBe('unknown')
    await expect(late[0]?.()).rejects.toMatchObject({ code: 'conflict' })
    expect(onNode(cluster)).toHaveLength(3)
  })

  test('and its pods cannot be seen, nobody says that they are gone', async () => {
    const { cluster, action, input, preview } = sceneOn(busy())
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    cluster.inject({ on: 'list', kind: 'Pod', fault: 403 })
    await expect(action.observe(effect, context)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test.each(['conflict', 'not-found'] as const)('with one pod (%s), the others go all the same', async (mishap) => {
    const cluster = busy()
    let first: string | undefined
    const evict: SimulatedCluster['evict'] = async (of, ...request) => {
      first ??= of.name
      if (of.name !== first) return cluster.evict(of, ...request)
      cluster.inject({ on: 'evict', fault: mishap === 'conflict' ? 409 : 404 })
      return cluster.evict(of, ...request)
    }
    const { action, input, preview } = sceneOn(cluster, {}, { act: { ...cluster, evict } })
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    await action.resume?.({ ...effect, fence: 8 }, context)
    expect(onNode(cluster)).toHaveLength(2)
    // The one that is left has changed once more, which takes no budget's time.
    const soon = { code: 'unavailable', effect: 'none', retryAfterMs: 1_000 }
    await expect(action.resume?.({ ...effect, fence: 9 }, context)).rejects.toMatchObject(soon)
  })

  test('and the API server has no time, the eviction has certainly not been made', async () => {
    const { cluster, action, input, preview } = sceneOn(busy())
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    cluster.inject({ on: 'evict', fault: 429 })
    const none = { code: 'unavailable', effect: 'none' }
    await expect(action.resume?.({ ...effect, fence: 8 }, context)).rejects.toMatchObject(none)
  })

  test('with a fence of another execution, which is none of this drain', async () => {
    const { cluster, action, input, preview } = sceneOn(busy())
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    for (const { metadata } of onNode(cluster)) {
      const { name, namespace = 'shop', annotations = {} } = metadata
      const operations = [
        { op: 'add', path: '/metadata/annotations', value: { ...annotations, 'mendkit.dev/fence': '99 exe_0' } },
      ] as const
      await cluster.patch({ apiVersion: 'v1', kind: 'Pod', namespace, name }, { type: 'json', operations }, {}, context)
    }
    await action.resume?.({ ...effect, fence: 8 }, context)
    expect(onNode(cluster)).toHaveLength(2)
  })

  test('an eviction that was on its way when its pods were fenced comes to nothing', async () => {
    const cluster = busy()
    const late: (() => Promise<void>)[] = []
    const act = {
      ...cluster,
      evict: async (...request: Parameters<SimulatedCluster['evict']>) => {
        late.push(() => cluster.evict(...request))
        throw new Error('the process died')
      },
    }
    const { action, input, preview } = sceneOn(cluster, {}, { act })
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    await expect(action.resume?.({ ...effect, fence: 8 }, context)).rejects.toThrow('died')
    await action.invalidate?.({ ...effect, fence: 8 }, context)
    await expect(late[0]?.()).rejects.toMatchObject({ code: 'conflict' })
    expect(onNode(cluster)).toHaveLength(3)
    expect(cluster.effects()).toHaveLength(1)
    const fences = onNode(cluster).map(({ metadata }) => metadata.annotations?.['mendkit.dev/fence'])
    expect(fences.filter((fence) => fence === '8 exe_1')).toHaveLength(2)
  })

  test('a pod that was made again under its name is another one', async () => {
    const cluster = busy(pod('named', {}, ownedBy('ReplicaSet')))
    const { action, input, preview } = sceneOn(cluster)
    const effect = effectOf(input, await preview())
    await action.execute(effect, context)
    cluster.recreate({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: 'named' })
    cluster.settle()
    await finish(cluster, action, effect)
    expect(await action.observe(effect, context)).toBe('applied')
    expect(onNode(cluster).map(({ metadata }) => metadata.name)).toContain('named')
  })
})

test('a node that is cordoned already is drained too, and stays cordoned when that is undone', async () => {
  const cluster = busy()
  cluster.apply({ ...node, metadata: { name: 'node-1' }, spec: { unschedulable: true } })
  const { action, input, preview } = sceneOn(cluster)
  const shown = await preview()
  expect(shown).toMatchObject({ before: { cordoned: true, drained: false }, dryRun: 'done' })
  expect(shown.diff).toMatch(/^Deployment shop\/checkout/)
  const effect = effectOf(input, shown)
  await action.execute(effect, context)
  expect(await finish(cluster, action, effect)).toBe(2)
  const undo = { ...input, executionId: 'exe_2' }
  const now = await action.preview(undo, context)
  const swapped = { ...effectOf(undo, now), preview: { before: shown.after, after: shown.before, guard: now.guard } }
  await action.execute(swapped, context)
  expect(await action.observe(swapped, context)).toBe('applied')
  expect(cluster.find(node)?.['spec']).toEqual({ unschedulable: true })
})

test('the least permissions for it are enough to preview, begin, go on, observe, fence and announce', async () => {
  const cluster = busy(budget(1))
  const { read, act } = leastPermissions([TYPE])
  const [reader, actor] = [read, act].map((all) => cluster.as({ rules: roleRules(all) }))
  const { action, input, preview } = sceneOn(cluster, {}, { read: reader, act: actor, actions: [TYPE] })
  await action.invalidate?.(effectOf(input, await preview()), context)
  const shown = await preview()
  expect([shown.dryRun, shown.doubts]).toEqual(['done', ['capacity-unproven']])
  const effect = effectOf(input, shown)
  await action.execute(effect, context)
  await action.invalidate?.(effect, context)
  expect(await finish(cluster, action, effect)).toBe(2)
  await action.announce?.(effect, context)
  expect(cluster.requests().filter(({ status }) => status === 403)).toEqual([])
  expect(cluster.all('v1', 'Event', 'default').map((event) => event['reason'])).toContain('MendkitDrain')
})

test('a drain is offered for nodes only', () => {
  const cluster = simulatedCluster()
  expect(() => kubernetes({ read: cluster, act: cluster, actions: [TYPE] })).toThrow(/nodes: true/)
})
