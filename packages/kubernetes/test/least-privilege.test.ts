import { type AccessRule, type SimulatedUser, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { kubernetes } from '../src/index.ts'
import { carriedOutAfterFence, catalogueCases, failure, job, played } from './catalogue-cases.ts'
import { diagnose } from './diagnose.ts'
import { readmeRules } from './readme-rbac.ts'
import {
  actionOf,
  askFor,
  badRollout,
  context,
  effectOf,
  imageOf,
  incidentAt,
  integrationOn,
  podResource,
  podsOf,
  resourceAt,
  symptomOf,
} from './scene.ts'

/** A user with exactly what the README grants. */
function userOf(name: string): SimulatedUser & { readonly rules: readonly AccessRule[] } {
  return { name, rules: readmeRules(name), namespaces: ['shop'] }
}

function withRoles(cluster = badRollout()) {
  const read = cluster.as(userOf('mendkit-read'))
  const act = cluster.as(userOf('mendkit-act'))
  return { cluster, integration: kubernetes({ cluster: 'test', namespaces: ['shop'], read, act }) }
}

test('the roles of the README are enough to find, preview, act, observe, fence and announce', async () => {
  const { cluster, integration } = withRoles()
  const [finding] = await diagnose(integration, incidentAt(cluster.now()), [symptomOf(resourceAt())])
  const input = askFor(cluster, finding?.actions?.[0]?.params ?? {})
  const undo = actionOf('kubernetes.rollout-undo', integration)
  const first = effectOf(input, await undo.preview(input, context))
  await undo.invalidate?.(first, context)
  const shown = await undo.preview(input, context)
  expect([shown.dryRun, shown.doubts]).toEqual(['done', []])
  const effect = effectOf(input, shown)
  await undo.execute(effect, context)
  expect(await undo.observe(effect, context)).toBe('applied')
  await undo.announce?.(effect, context)
  cluster.settle()
  expect(imageOf(cluster)).toBe('shop/checkout:v1')

  for (const [index, type] of ['kubernetes.evict-pod', 'kubernetes.delete-pod'].entries()) {
    const [pod] = podsOf(cluster).filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    if (pod === undefined) throw new Error('no pod')
    const removal = actionOf(type, integration)
    const asked = { ...askFor(cluster, {}, podResource(pod)), executionId: `exe_${index + 2}` }
    const late = effectOf(asked, await removal.preview(asked, context))
    await removal.invalidate?.(late, context)
    const looked = await removal.preview(asked, context)
    expect([looked.dryRun, looked.doubts]).toEqual(['done', []])
    const seen = effectOf(asked, looked)
    await removal.execute(seen, context)
    expect(await removal.observe(seen, context)).toBe('gone')
    await removal.announce?.(seen, context)
  }
  cluster.apply(job([failure]))
  const rerun = actionOf('kubernetes.rerun-job', integration)
  const failed = {
    ...askFor(cluster, {}, { ...resourceAt(), apiVersion: 'batch/v1', kind: 'Job' }),
    executionId: 'exe_4',
  }
  const shownAgain = await rerun.preview(failed, context)
  expect([shownAgain.dryRun, shownAgain.doubts]).toEqual(['done', []])
  await rerun.execute(effectOf(failed, shownAgain), context)
  expect(await rerun.observe(effectOf(failed, shownAgain), context)).toBe('applied')
  await rerun.announce?.(effectOf(failed, shownAgain), context)
  const deleteJob = actionOf('kubernetes.delete-job', integration)
  const ended = askFor(cluster, {}, { ...resourceAt(), apiVersion: 'batch/v1', kind: 'Job' })
  await deleteJob.invalidate?.(effectOf(ended, await deleteJob.preview(ended, context)), context)
  const shownJob = await deleteJob.preview(ended, context)
  expect([shownJob.dryRun, shownJob.doubts]).toEqual(['done', []])
  await deleteJob.execute(effectOf(ended, shownJob), context)
  await deleteJob.announce?.(effectOf(ended, shownJob), context)
  expect(cluster.requests().filter(({ status }) => status === 403)).toEqual([])
})

test.each(catalogueCases.map((each) => [each.type, each.kind, each] as const))(
  'the roles of the README are enough to preview %s on a %s, act, observe, fence, announce and judge the health',
  async (type, _, each) => {
    const { cluster, input } = played(each)
    const { integration } = withRoles(cluster)
    const effect = await carriedOutAfterFence(actionOf(type, integration), input)
    const [check] = integration.checks ?? []
    const question = { incident: input.incident, target: effect.target, symptoms: [] }
    expect(check?.applies?.(question)).toBe(each.health !== false)
    cluster.settle()
    if (each.health !== false) expect(await check?.check(question, context)).toMatchObject({ verdict: 'good' })
    expect(cluster.requests().filter(({ status }) => status === 403)).toEqual([])
  },
)

test('a pod whose controller nobody may read is evicted only with a doubt, and a pod of its node is refused in words', async () => {
  const { cluster, integration } = withRoles()
  const spec = { containers: [{ name: 'app', image: 'x:1' }] }
  const owned = (name: string, kind: string) => {
    const ownerReferences = [{ apiVersion: 'v1', kind, name, uid: 'u1', controller: true }]
    return podResource(
      cluster.apply({ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', ownerReferences }, spec }),
    )
  }
  const evict = actionOf('kubernetes.evict-pod', integration)
  const legacy = owned('legacy', 'ReplicationController')
  expect(await evict.preview(askFor(cluster, {}, legacy), context)).toMatchObject({ doubts: ['owner-unreadable'] })
  const asked = cluster.requests().length
  const mirrored = await evict.preview(askFor(cluster, {}, owned('node-1', 'Node')), context)
  expect(mirrored).toMatchObject({ refused: expect.stringContaining('belongs to its node'), dryRun: 'none' })
  expect(cluster.requests().slice(asked)).not.toContainEqual(expect.objectContaining({ status: 403 }))
})

test('fewer actions need less', async () => {
  const cluster = badRollout()
  const rules = [
    { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create'] },
  ]
  const act = cluster.as({ name: 'less', rules, namespaces: ['shop'] })
  const scope = { cluster: 'test', namespaces: ['shop'], read: cluster, act }
  const less = kubernetes({ ...scope, actions: ['kubernetes.rollout-pause'] })
  expect(less.remediators?.[0]?.actions.map(({ type }) => type)).toEqual(['kubernetes.rollout-pause'])
  expect(await less.remediators?.[0]?.canAct?.(context)).toMatchObject({ permitted: true })
  expect(await kubernetes(scope).remediators?.[0]?.canAct?.(context)).toMatchObject({ permitted: false })
})

test('the roles of the README grant this and no more', () => {
  const needed = {
    'mendkit-act': [
      ...['pods patch', 'pods delete', 'pods/eviction create', 'events create'],
      ...['deployments patch', 'statefulsets patch', 'daemonsets patch', 'horizontalpodautoscalers patch'],
      ...['jobs patch', 'jobs delete', 'jobs create', 'cronjobs patch'],
    ],
    'mendkit-read': [
      ...['pods get', 'pods list', 'pods/log get', 'namespaces get', 'events list'],
      ...['deployments get', 'statefulsets get', 'daemonsets get', 'replicasets get', 'replicasets list'],
      ...['resourcequotas list', 'limitranges list', 'controllerrevisions list', 'poddisruptionbudgets list'],
      ...['jobs get', 'jobs list', 'cronjobs get', 'horizontalpodautoscalers get', 'horizontalpodautoscalers list'],
      ...['services get', 'persistentvolumeclaims get', 'poddisruptionbudgets get'],
    ],
  }
  for (const [name, expected] of Object.entries(needed)) {
    const granted = userOf(name).rules.flatMap(({ resources, verbs }) =>
      resources.flatMap((resource) => verbs.map((verb) => `${resource} ${verb}`)),
    )
    expect(granted.toSorted()).toEqual(expected.toSorted())
  }
})

describe('whether it may act', () => {
  const canAct = (integration: ReturnType<typeof kubernetes>) => integration.remediators?.[0]?.canAct?.(context)

  test('is asked of the API server, for every permission in every namespace', async () => {
    expect(await canAct(withRoles().integration)).toMatchObject({ permitted: true })
    const cluster = simulatedCluster()
    const full = userOf('mendkit-act')
    for (const rule of full.rules) {
      const act = cluster.as({ ...full, rules: full.rules.filter((each) => each !== rule) })
      const answer = await canAct(kubernetes({ cluster: 'test', namespaces: ['shop'], read: cluster, act }))
      expect(answer).toMatchObject({ permitted: false, because: expect.stringContaining('in shop') })
    }
    const act = cluster.as(full)
    const two = kubernetes({ cluster: 'test', namespaces: ['shop', 'other'], read: cluster, act })
    expect(await canAct(two)).toMatchObject({ permitted: false, because: expect.stringContaining('in other') })
    expect(await canAct(kubernetes({ cluster: 'test', read: cluster, act }))).toMatchObject({ permitted: false })
  })

  test('is denied without credentials to act, and when they are refused', async () => {
    const cluster = simulatedCluster()
    const none = await canAct(kubernetes({ cluster: 'test', read: cluster }))
    expect(none).toMatchObject({ permitted: false, because: expect.stringContaining('`act`') })
    cluster.inject({ on: 'review', fault: 401 })
    expect(await canAct(integrationOn(cluster))).toMatchObject({ permitted: false })
  })
})

describe('whether it may read', () => {
  const canRead = (integration: ReturnType<typeof kubernetes>) => integration.canRead?.(context)
  const reader = (cluster = badRollout(), drop?: string) => {
    const full = userOf('mendkit-read')
    const rules = full.rules.filter((rule) => drop === undefined || !rule.resources.includes(drop))
    return cluster.as({ ...full, rules })
  }

  test('is asked of the API server in every namespace of the scope', async () => {
    const read = reader()
    expect(await canRead(kubernetes({ cluster: 'test', namespaces: ['shop'], read }))).toMatchObject({
      permitted: true,
    })
    const two = await canRead(kubernetes({ cluster: 'test', namespaces: ['shop', 'other'], read }))
    expect(two).toMatchObject({ permitted: false, because: expect.stringContaining('get Deployment in other of test') })
    const all = await canRead(kubernetes({ cluster: 'test', read }))
    expect(all).toMatchObject({ permitted: false, because: expect.stringContaining('name those in `namespaces`') })
  })

  test.each([
    ['deployments', 'get Deployment'],
    ['pods', 'list Pod'],
  ])('is denied to a role that may not read %s', async (resource, what) => {
    const answer = await canRead(
      kubernetes({ cluster: 'test', namespaces: ['shop'], read: reader(undefined, resource) }),
    )
    expect(answer).toMatchObject({
      permitted: false,
      because: expect.stringContaining(`\`read\` credentials may not ${what}`),
    })
  })

  test('is asked for the pods of all namespaces where a drain is offered, and only there', async () => {
    const cluster = badRollout()
    const nodes = { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] }
    const everyPod = { apiGroups: [''], resources: ['pods'], verbs: ['list'] }
    const within = cluster.as(userOf('mendkit-read'))
    const beyond = (rules: readonly (typeof nodes)[]) => cluster.as({ name: 'cluster-wide', rules })
    const reading = (rules: readonly (typeof nodes)[]): typeof within => ({
      ...within,
      can: (question, ctx) => (question.namespace === undefined ? beyond(rules) : within).can(question, ctx),
    })
    const options = { cluster: 'test', namespaces: ['shop'], nodes: true } as const
    const refusal = {
      permitted: false,
      because: expect.stringMatching(
        /may not list Pod in all namespaces of test: .*; kubernetes\.drain must see every pod of a node/,
      ),
    }
    expect(await canRead(kubernetes({ ...options, read: reading([nodes]) }))).toMatchObject(refusal)
    expect(await canRead(kubernetes({ ...options, read: reading([nodes, everyPod]) }))).toMatchObject({
      permitted: true,
    })
    const withoutDrain = kubernetes({ ...options, actions: ['kubernetes.cordon'], read: reading([nodes]) })
    expect(await canRead(withoutDrain)).toMatchObject({ permitted: true })
  })

  test('is denied to credentials that are refused, and left open while the API server is away', async () => {
    const cluster = simulatedCluster()
    cluster.inject({ on: 'review', fault: 401 })
    expect(await canRead(integrationOn(cluster))).toMatchObject({ permitted: false })
    const away = simulatedCluster()
    away.inject({ on: 'review', fault: 503 })
    await expect(canRead(integrationOn(away))).rejects.toMatchObject({ code: 'unavailable' })
  })
})
