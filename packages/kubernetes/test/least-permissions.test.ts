import { simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import {
  type KubernetesActionType,
  kubernetes,
  kubernetesActionTypes,
  leastPermissions,
  type RoleRule,
  roleRules,
} from '../src/index.ts'
import { carriedOutAfterFence, catalogueCases, played } from './catalogue-cases.ts'
import { diagnose } from './diagnose.ts'
import { readmeRules } from './readme-rbac.ts'
import {
  actionOf,
  askFor,
  badRollout,
  context,
  effectOf,
  healthy,
  incidentAt,
  integrationOn,
  podResource,
  podsOf,
  resourceAt,
  symptomOf,
} from './scene.ts'

/** Every permission of rules, as `group resource verb`. */
function flat(rules: readonly RoleRule[]): readonly string[] {
  return rules
    .flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((one) => verbs.map((verb) => `${group} ${one} ${verb}`))),
    )
    .toSorted()
}

/** An integration whose two users may do exactly what is least for one action. */
function leastOf(type: KubernetesActionType, cluster = badRollout(), drop?: string) {
  const { read, act } = leastPermissions([type])
  const rules = (all: typeof read) =>
    roleRules(all.filter((one) => drop === undefined || `${one.verb} ${one.kind}` !== drop))
  const namespaces = ['shop']
  return kubernetes({
    cluster: 'test',
    namespaces,
    actions: [type],
    read: cluster.as({ name: 'read', namespaces, rules: rules(read) }),
    act: cluster.as({ name: 'act', namespaces, rules: rules(act) }),
  })
}

test('all actions together need what the README grants', () => {
  const { read, act } = leastPermissions()
  expect(flat(roleRules(read))).toEqual(flat(readmeRules('mendkit-read')))
  expect(flat(roleRules(act))).toEqual(flat(readmeRules('mendkit-act')))
})

test('without actions nothing is needed to act, and no quota, list of autoscalers or budgets, or namespace to read', () => {
  const { read, act } = leastPermissions([])
  expect(act).toEqual([])
  const words = flat(roleRules(read))
  expect(words.length).toBeGreaterThan(5)
  expect(
    words.filter((one) => /quota|limitrange|disruptionbudgets list|namespaces|autoscalers list/.test(one)),
  ).toEqual([])
})

test('an action that is not there is refused by name', () => {
  const given = ['kubernetes.reboot'] as unknown as KubernetesActionType[]
  expect(() => leastPermissions(given)).toThrow(/no action "kubernetes\.reboot"/)
})

test.each(catalogueCases.map((each) => [each.type, each.kind, each] as const))(
  'the least for %s alone is enough to do it on a %s',
  async (type, _, each) => {
    const { cluster, input } = played(each)
    const known = kubernetesActionTypes.find((one) => one === type)
    if (known === undefined) throw new Error(`no action ${type}`)
    const integration = leastOf(known, cluster)
    await carriedOutAfterFence(actionOf(type, integration), input)
    expect(cluster.requests().filter(({ status }) => status === 403)).toEqual([])
    expect(await integration.remediators?.[0]?.canAct?.(context)).toMatchObject({ permitted: true })
  },
)

test('the least for a rollback is enough to find and do it, and for an eviction to do that', async () => {
  const cluster = badRollout()
  const integration = leastOf('kubernetes.rollout-undo', cluster)
  const [finding] = await diagnose(integration, incidentAt(cluster.now()), [symptomOf(resourceAt())])
  const input = askFor(cluster, finding?.actions?.[0]?.params ?? {})
  const undo = actionOf('kubernetes.rollout-undo', integration)
  const effect = effectOf(input, await undo.preview(input, context))
  await undo.execute(effect, context)
  expect(await undo.observe(effect, context)).toBe('applied')
  await undo.announce?.(effect, context)

  const [pod] = podsOf(cluster)
  if (pod === undefined) throw new Error('no pod')
  const evict = actionOf('kubernetes.evict-pod', leastOf('kubernetes.evict-pod', cluster))
  const asked = { ...askFor(cluster, {}, podResource(pod)), executionId: 'exe_2' }
  const seen = effectOf(asked, await evict.preview(asked, context))
  await evict.invalidate?.(seen, context)
  const again = effectOf(asked, await evict.preview(asked, context))
  await evict.execute(again, context)
  expect(cluster.requests().filter(({ status }) => status === 403)).toEqual([])
})

describe('what an action reads beside the evidence', () => {
  test.each([
    ['kubernetes.scale', 'Deployment', 'list HorizontalPodAutoscaler', 'autoscaler-unreadable'],
    ['kubernetes.set-resources', 'Deployment', 'list ResourceQuota', 'quota-unreadable'],
    ['kubernetes.set-resources', 'Deployment', 'list LimitRange', 'quota-unreadable'],
    ['kubernetes.rollout-restart', 'Deployment', 'get Namespace', 'namespace-unreadable'],
  ] as const)('%s on a %s without `%s` is in doubt: %s', async (type, kind, drop, doubt) => {
    const each = catalogueCases.find((one) => one.type === type && one.kind === kind)
    if (each === undefined) throw new Error(`no case of ${type}`)
    const { cluster, input } = played(each)
    const shown = await actionOf(type, leastOf(type, cluster, drop)).preview(input, context)
    expect(shown.doubts).toContain(doubt)
  })
})

test.each([
  ['kubernetes.scale', 'HorizontalPodAutoscaler', 'autoscaler-unreadable'],
  ['kubernetes.set-resources', 'ResourceQuota', 'quota-unreadable'],
  ['kubernetes.delete-pod', 'PodDisruptionBudget', 'budget-unreadable'],
])('%s is in doubt where there are more of %s than are read', async (type, kind, doubt) => {
  const cluster = healthy()
  const read = {
    ...cluster,
    list: async (...[selection, ...rest]: Parameters<typeof cluster.list>) => {
      const found = await cluster.list(selection, ...rest)
      return selection.kind === kind ? { ...found, truncated: true } : found
    },
  }
  const params = {
    'kubernetes.scale': { replicas: 4 },
    'kubernetes.set-resources': { container: 'app', limits: { cpu: '1' } },
  }[type]
  const target = params === undefined ? podsOf(cluster).map(podResource)[0] : resourceAt()
  const shown = await actionOf(type, integrationOn(cluster, { read })).preview(
    askFor(cluster, params ?? {}, target),
    context,
  )
  expect(shown.doubts).toContain(doubt)
})

test('every kind of a permission has a plural, and no permission stands in two rules', async () => {
  const { read, act } = leastPermissions()
  for (const all of [read, act]) {
    const words = flat(roleRules(all))
    expect(words).toHaveLength(all.length)
    expect(new Set(words).size).toBe(words.length)
  }
  const cluster = simulatedCluster().as({ rules: roleRules(read), namespaces: ['shop'] })
  for (const one of read) {
    expect(await cluster.can({ ...one, namespace: 'shop', name: 'shop' }, context)).toMatchObject({ allowed: true })
  }
})
