import { loadAllYaml } from '@kubernetes/client-node'
import { resourceKey } from '@mendkit/core'
import {
  type AccessRule,
  type ActionSubject,
  actionContract,
  holdsTo,
  type SimulatedCluster,
  simulatedCluster,
} from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { FENCE_ANNOTATION } from '../src/annotations.ts'
import { kubernetes, leastPermissions } from '../src/index.ts'
import { gather } from './diagnose.ts'
import { readmeNodeRbac } from './readme-rbac.ts'
import { actionOf, askFor, checkout, context, effectOf, incidentAt, integrationOn, podsOf } from './scene.ts'

const node = { apiVersion: 'v1', kind: 'Node', name: 'node-1' } as const
const target = { cluster: 'test', ...node }
const onNodes = (cluster: SimulatedCluster) => integrationOn(cluster, { nodes: true, namespaces: ['shop'] })

function cordoned(name: string, cluster: SimulatedCluster): SimulatedCluster {
  const { spec: _, ...found } = cluster.find({ ...node, name }) as unknown as { spec: object; metadata: object }
  cluster.apply({ ...node, ...found, metadata: { name }, spec: { unschedulable: true } })
  return cluster
}

function sceneOn(cluster: SimulatedCluster, type = 'kubernetes.cordon') {
  const action = actionOf(type, onNodes(cluster))
  const input = askFor(cluster, {}, target)
  return { cluster, action, input, preview: () => action.preview(input, context) }
}

for (const [type, start] of [
  ['kubernetes.cordon', () => simulatedCluster()],
  ['kubernetes.uncordon', () => cordoned('node-1', simulatedCluster())],
] as const) {
  holdsTo(test, type, actionContract, async (): Promise<ActionSubject> => {
    const { cluster, action, input } = sceneOn(start(), type)
    return {
      action,
      input,
      refused: { unschedulable: true },
      effects: () => cluster.effects().length,
      disturb: () => void cluster.apply({ ...node, metadata: { name: 'node-1', labels: { seen: 'yes' } } }),
      remove: () => cluster.remove(node),
      overload: () => void cluster.inject({ on: 'patch', fault: 429, dryRun: false }),
    }
  })
}

test('a cordoned node gets no new pods and keeps those that it has; uncordoned it gets some again', async () => {
  const { cluster, action, input, preview } = sceneOn(simulatedCluster())
  cluster.apply(checkout('shop/checkout:v1', { replicas: 6 }))
  cluster.settle()
  const placed = () =>
    podsOf(cluster).filter((pod) => (pod['spec'] as { nodeName: string }).nodeName === 'node-1').length
  const before = placed()
  expect(before).toBeGreaterThan(0)
  const shown = await preview()
  expect(shown).toMatchObject({ dryRun: 'done', lockKeys: [resourceKey(target)], blastRadius: { replicas: 0 } })
  expect(shown.diff).toMatch(/^spec\.unschedulable: \(absent\) → true\nno new pod is placed/)
  expect(action.risk).toBe('high')
  await action.execute(effectOf(input, shown), context)
  cluster.apply(checkout('shop/checkout:v1', { replicas: 20 }))
  cluster.settle()
  expect(placed()).toBe(before)
  const back = sceneOn(cluster, 'kubernetes.uncordon')
  const asked = { ...back.input, executionId: 'exe_2' }
  await back.action.execute(effectOf(asked, await back.action.preview(asked, context)), context)
  cluster.apply(checkout('shop/checkout:v1', { replicas: 40 }))
  cluster.settle()
  expect(placed()).toBeGreaterThan(before)
})

/** The same answers, but for this one question. */
function refusing(cluster: SimulatedCluster, no: { readonly kind: string; readonly namespace: string }) {
  const can: SimulatedCluster['can'] = async (question, ...rest) =>
    question.kind === no.kind && question.namespace === no.namespace
      ? { allowed: false, because: 'no rule' }
      : cluster.can(question, ...rest)
  return can
}

describe('the last node that takes pods', () => {
  test('is not cordoned: when the others are cordoned or not ready', async () => {
    const cluster = cordoned('node-2', simulatedCluster())
    expect((await sceneOn(cluster).preview()).refused).toBeUndefined()
    cluster.remove({ ...node, name: 'node-3' })
    const status = { conditions: [{ type: 'Ready', status: 'Unknown' }] }
    cluster.apply({ ...node, metadata: { name: 'node-4' }, spec: {}, status })
    const shown = await sceneOn(cluster).preview()
    expect(shown).toMatchObject({ refused: expect.stringMatching(/no other ready node/), dryRun: 'none' })
  })

  test('is given back by an undo, and not taken by one', async () => {
    const cluster = ['node-2', 'node-3'].reduce((all, name) => cordoned(name, all), simulatedCluster())
    // What the engine previews before an undo is the action again, on the object as it left it.
    const uncordonUndone = await sceneOn(cluster, 'kubernetes.uncordon').preview()
    expect(uncordonUndone).toMatchObject({ alreadySo: true, refused: expect.stringMatching(/no other ready node/) })
    const cordonUndone = await sceneOn(cordoned('node-1', cluster)).preview()
    expect(cordonUndone).toMatchObject({ alreadySo: true })
    expect(cordonUndone.refused).toBeUndefined()
  })

  test('is uncordoned', async () => {
    const cluster = ['node-1', 'node-2', 'node-3'].reduce((all, name) => cordoned(name, all), simulatedCluster())
    expect((await sceneOn(cluster, 'kubernetes.uncordon').preview()).refused).toBeUndefined()
  })
})

describe('nodes', () => {
  test('are not acted on unless the option says so, which names it', () => {
    const types = (integration: ReturnType<typeof kubernetes>) =>
      integration.remediators?.[0]?.actions.map(({ type }) => type) ?? []
    const cluster = simulatedCluster()
    expect(types(integrationOn(cluster)).filter((type) => /cordon/.test(type))).toEqual([])
    expect(types(onNodes(cluster))).toEqual(expect.arrayContaining(['kubernetes.cordon', 'kubernetes.uncordon']))
    expect(() => integrationOn(cluster, { actions: ['kubernetes.cordon'] })).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(/nodes: true/) }),
    )
  })

  test('have owners whose annotation is heard, and no namespace to ask', async () => {
    const { cluster, preview } = sceneOn(simulatedCluster())
    cluster.apply({ ...node, metadata: { name: 'node-1', annotations: { 'mendkit.dev/autonomy': 'suggest' } } })
    expect(await preview()).toMatchObject({ autonomyLimit: 'suggest', doubts: ['capacity-unproven'] })
  })

  test('with a namespace are no nodes', async () => {
    const { action, input } = sceneOn(simulatedCluster())
    const shown = action.preview({ ...input, target: { ...target, namespace: 'shop' } }, context)
    await expect(shown).rejects.toMatchObject({ code: 'invalid', path: 'target' })
  })
})

test('without a generation only an untouched version or the fence proves that nothing happened', async () => {
  const { cluster, action, input, preview } = sceneOn(simulatedCluster())
  const effect = effectOf(input, await preview())
  expect(cluster.find(node)?.metadata.generation).toBeUndefined()
  cluster.inject({ on: 'patch', fault: 'cut-before' })
  await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await action.observe(effect, context)).toBe('not-applied')
  await action.invalidate?.(effect, context)
  expect(cluster.find(node)?.metadata.annotations?.[FENCE_ANNOTATION]).toBe('7 exe_1')
  expect(await action.observe(effect, context)).toBe('not-applied')
  const operations = [{ op: 'replace', path: '/metadata/annotations', value: {} }] as const
  await cluster.patch(node, { type: 'json', operations }, {}, context)
  expect(await action.observe(effect, context)).toBe('unknown')
})

describe('the roles of the README for nodes', () => {
  interface Role {
    readonly kind: string
    readonly metadata: { readonly name: string }
    readonly rules: readonly AccessRule[]
  }
  const roles = (loadAllYaml(readmeNodeRbac()) as Role[]).filter(({ kind }) => /Role$/.test(kind))
  const rulesOf = (pattern: RegExp) =>
    roles.filter(({ metadata }) => pattern.test(metadata.name)).flatMap((each) => each.rules)

  test('are enough, and grant no more', async () => {
    const cluster = simulatedCluster()
    const read = cluster.as({ name: 'read', rules: rulesOf(/read/) })
    const act = cluster.as({ name: 'act', rules: rulesOf(/act/) })
    const integration = kubernetes({
      ...{ cluster: 'test', namespaces: ['shop'], nodes: true, read, act },
      actions: ['kubernetes.cordon', 'kubernetes.uncordon'],
    })
    const action = actionOf('kubernetes.cordon', integration)
    const input = askFor(cluster, {}, target)
    const facts = await gather(integration, incidentAt(cluster.now(), target), [])
    expect(facts.map(({ name }) => name)).toContain('node.ready')
    await action.invalidate?.(effectOf(input, await action.preview(input, context)), context)
    const shown = await action.preview(input, context)
    expect([shown.dryRun, shown.doubts]).toEqual(['done', ['capacity-unproven']])
    const effect = effectOf(input, shown)
    await action.execute(effect, context)
    expect(await action.observe(effect, context)).toBe('applied')
    await action.announce?.(effect, context)
    expect(cluster.all('v1', 'Event', 'default')).toHaveLength(1)
    expect(cluster.requests().filter(({ status }) => status === 403)).toEqual([])
    const granted = [...rulesOf(/read/), ...rulesOf(/act/)].flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${resource} ${verb}`)),
    )
    expect(granted).toEqual(['nodes get', 'nodes list', 'events list', 'nodes patch', 'events create'])
  })

  test('are those of leastPermissions, each in its place', () => {
    const { read, act } = leastPermissions(['kubernetes.cordon'])
    const evidence = leastPermissions([]).read
    const words = (all: typeof read) =>
      all.map(({ verb, kind, namespace }) => [verb, kind, ...(namespace === undefined ? [] : [namespace])].join(' '))
    expect(words(read.slice(evidence.length))).toEqual(['get Node', 'list Node', 'list Event default'])
    expect(words(act)).toEqual(['patch Node', 'create Event default'])
    const both = words(leastPermissions(['kubernetes.cordon', 'kubernetes.scale']).act)
    expect(both.filter((word) => /Event/.test(word))).toEqual(['create Event default', 'create Event'])
  })

  test('are asked for at the start, at the scope of the cluster and, for Events, in default', async () => {
    const cluster = simulatedCluster()
    const within = cluster.as({
      name: 'within',
      rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
      namespaces: ['shop'],
    })
    const integration = kubernetes({ cluster: 'test', namespaces: ['shop'], nodes: true, read: within, act: within })
    const because = expect.stringMatching(/may not (get|patch) Node in the cluster itself/)
    expect(await integration.canRead?.(context)).toMatchObject({ permitted: false, because })
    expect(await integration.remediators?.[0]?.canAct?.(context)).toMatchObject({ permitted: false, because })
    const blind = { ...cluster, can: refusing(cluster, { kind: 'Event', namespace: 'default' }) }
    const silent = kubernetes({ cluster: 'test', namespaces: ['shop'], nodes: true, read: cluster, act: blind })
    expect(await silent.remediators?.[0]?.canAct?.(context)).toMatchObject({
      permitted: false,
      because: expect.stringMatching(/may not create Event in default/),
    })
    const without = kubernetes({ cluster: 'test', namespaces: ['shop'], read: within, act: within })
    expect(await without.remediators?.[0]?.canAct?.(context)).toMatchObject({ permitted: true })
  })
})
