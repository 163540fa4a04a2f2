import type { CitableFact, Fact, RecordedChange, Resource, RuleView } from '@mendkit/core'
import { simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { missingConfigIn, obstaclesIn, pullFailureIn, refusalIn } from '../src/failure-words.ts'
import { kubernetesRules } from '../src/index.ts'
import { diagnose } from './diagnose.ts'
import {
  badRollout,
  checkout,
  context,
  deployment,
  healthy,
  incidentAt,
  integrationOn,
  resourceAt,
  symptomOf,
} from './scene.ts'

const openedAt = Date.UTC(2026, 0, 5)
const workload = resourceAt('uid-1')
const inShop = (kind: string, name: string, apiVersion = 'v1'): Resource => ({
  cluster: 'test',
  apiVersion,
  kind,
  namespace: 'shop',
  name,
})

type Given = readonly [name: string, value: Fact['value'], kind: Fact['kind'], resource?: Resource]

/** What all rules say of these facts, which are of one reading. */
function explain(given: readonly Given[], more: Partial<RuleView> = {}) {
  const facts = given.map(([name, value, kind, resource = workload], fact): CitableFact => {
    return { name, value, kind, resource, tool: 'kubernetes.pods', citation: { evidenceId: 'evi_1', fact } }
  })
  const view = { incident: incidentAt(openedAt), symptoms: [symptomOf(workload)], changes: [], facts, ...more }
  return kubernetesRules.flatMap((rule) => rule.match(view) ?? [])
}

const rolledOut: readonly Given[] = [
  ['rollout.started-at', new Date(openedAt - 300_000).toISOString(), 'change'],
  ['rollout.complete', false, 'status'],
  ['rollout.previous-replica-set', 'uid-of-set', 'spec'],
  ['rollout.by-mendkit', false, 'spec'],
]
const pending: Given = ['pods.current.pending', 1, 'status']
const unready: Given = ['pods.current.unready', 2, 'status']
const settings = inShop('ConfigMap', 'settings')
const pod = inShop('Pod', 'checkout-1')

describe('what lacks something to start is explained by what it lacks', () => {
  test('a ConfigMap that is missing is the root cause, by the kubelet and the spec', () => {
    const reads: Given = ['workload.reads.config-map.settings', true, 'spec']
    const [finding, ...others] = explain([pending, reads, ['config.missing', 'object', 'status', settings]])
    expect(others).toEqual([])
    expect(finding).toMatchObject({ cause: 'config-missing', rootCause: settings })
    expect(finding?.actions).toBeUndefined()
    expect(finding?.seen.map(({ kind }) => kind)).toEqual(['status', 'spec'])
  })

  test('and since a rollout that brought it, the rollout is undone', () => {
    const [finding] = explain([pending, ...rolledOut, ['config.missing', 'key url', 'status', settings]])
    expect(finding).toMatchObject({
      cause: 'config-missing',
      rootCause: settings,
      actions: [{ type: 'kubernetes.rollout-undo', target: workload }],
    })
  })

  test.each([
    ['unschedulable', 'memory'],
    [undefined, 'unbound-claim'],
  ])('a pod that no node takes is %s when what lacks is %s', (cause, obstacle) => {
    const found = explain([
      pending,
      ['pod.unschedulable', obstacle, 'status', pod],
      ['event.failed-scheduling', 3, 'event'],
    ])
    expect(found.map((each) => each.cause)).toEqual(cause === undefined ? [] : [cause])
  })

  const claim = inShop('PersistentVolumeClaim', 'data')
  const waits: Given = ['pod.unschedulable', 'unbound-claim', 'status', pod]
  test.each<[says: string, causes: readonly string[], given: readonly Given[]]>([
    ['that a pod waits for', ['claim-not-bound'], [['claim.phase', 'Pending', 'status', claim], pending, waits]],
    [
      'whose storage failed',
      ['claim-not-bound'],
      [
        ['claim.phase', 'Pending', 'status', claim],
        ['event.provisioning-failed', 2, 'event', claim],
      ],
    ],
    ['that is bound', [], [['claim.phase', 'Bound', 'status', claim], pending, waits]],
    ['that nobody waits for', [], [['claim.phase', 'Pending', 'status', claim]]],
  ])('a claim %s', (_, causes, given) => {
    expect(explain(given).map(({ cause }) => cause)).toEqual(causes)
  })
})

describe('what keeps pods from being made', () => {
  const quota = inShop('ResourceQuota', 'compute')
  const hook = inShop('Service', 'hook')
  const lacks: Given = ['workload.all-available', false, 'status']
  test.each<[what: string, cause: string, given: Given]>([
    ['a quota', 'quota-exceeded', ['refused.quota-exceeded', true, 'status', quota]],
    ['a webhook', 'webhook-failing', ['refused.webhook-failed', true, 'event', hook]],
  ])('%s is the root cause while pods lack, and no more when none do', (_, cause, given) => {
    expect(explain([lacks, given])).toMatchObject([{ cause, rootCause: given[3] }])
    expect(explain([['workload.all-available', true, 'status'], given])).toEqual([])
  })
})

test.each<[says: string, causes: readonly string[], given: readonly Given[]]>([
  ['killed by their liveness probe', ['liveness-kills'], [unready, ['event.liveness-killed', 9, 'event']]],
  [
    'that were killed and work again',
    [],
    [
      ['pods.current.ready', 3, 'status'],
      ['event.liveness-killed', 9, 'event'],
    ],
  ],
  [
    'whose init container fails',
    ['init-container-failing'],
    [pending, ['pod.init-failing', 'migrate', 'status', pod], ['event.restart-back-off', 4, 'event']],
  ],
  ['whose init container failed once', [], [pending, ['pod.init-failing', 'migrate', 'status', pod]]],
  [
    'probed on a port that is not opened',
    ['probe-port-wrong'],
    [unready, ['container.app.probe-port-not-opened', 80, 'spec'], ['event.readiness-refused', 5, 'event']],
  ],
  [
    'whose probed port answers with an error',
    [],
    [unready, ['container.app.probe-port-not-opened', 80, 'spec'], ['event.readiness-failed', 5, 'event']],
  ],
  [
    'whose image the registry refuses',
    ['image-pull-denied'],
    [
      ['pods.current.image-pull-failing', 1, 'status'],
      ['event.image-pull-denied', 2, 'event'],
    ],
  ],
  [
    'whose image cannot be pulled for no known reason',
    [],
    [
      ['pods.current.image-pull-failing', 1, 'status'],
      ['event.image-pull-failed', 2, 'event'],
    ],
  ],
])('containers %s', (_, causes, given) => {
  expect(explain(given).map(({ cause }) => cause)).toEqual(causes)
})

const service = inShop('Service', 'front')
const budget = inShop('PodDisruptionBudget', 'front', 'policy/v1')
const nightly = inShop('CronJob', 'nightly', 'batch/v1')
const healthyOf = (count: number): readonly Given[] => [
  ['budget.disruptions-allowed', 0, 'status', budget],
  ['budget.healthy', count, 'status', budget],
  ['budget.expected-pods', 2, 'status', budget],
]
test.each<[says: string, causes: readonly string[], given: readonly Given[]]>([
  ['a Service that selects nothing', ['service-selects-nothing'], [['service.pods-selected', 0, 'status', service]]],
  [
    'a Service whose port no pod opens',
    ['service-port-wrong'],
    [
      ['service.pods-selected', 2, 'status', service],
      ['service.port-not-opened', 81, 'spec', service],
    ],
  ],
  [
    'a Service whose pods are not ready',
    [],
    [
      ['service.pods-selected', 2, 'status', service],
      ['service.pods-ready', 0, 'status', service],
    ],
  ],
  ['a budget that lets nobody go', ['disruption-budget-blocks'], healthyOf(2)],
  ['a budget that holds on because a pod is missing', [], healthyOf(1)],
  ['a suspended CronJob', ['cronjob-suspended'], [['cronjob.suspended', true, 'spec', nightly]]],
  ['a CronJob that runs', [], [['cronjob.suspended', false, 'spec', nightly]]],
  ['a workload without replicas', ['scaled-to-zero'], [['workload.replicas-desired', 0, 'spec']]],
  [
    'a workload that an autoscaler takes to zero',
    [],
    [
      ['workload.replicas-desired', 0, 'spec'],
      ['workload.managed-by-autoscaler', true, 'spec'],
    ],
  ],
  [
    'a rollout that is paused half way',
    ['rollout-paused'],
    [
      ['workload.replicas-desired', 3, 'spec'],
      ['workload.paused', true, 'spec'],
      ['workload.replicas-updated', 1, 'status'],
    ],
  ],
  [
    'a paused workload that is rolled out',
    [],
    [
      ['workload.replicas-desired', 3, 'spec'],
      ['workload.paused', true, 'spec'],
      ['workload.replicas-updated', 3, 'status'],
    ],
  ],
])('%s', (_, causes, given) => {
  expect(explain(given).map(({ cause }) => cause)).toEqual(causes)
})

test('a CPU limit is to blame only by the word of CPUThrottlingHigh, and while all pods work', () => {
  const symptoms = [{ ...symptomOf(workload), alertname: 'CPUThrottlingHigh' }]
  const limit: Given = ['container.app.cpu-limit', '200m', 'spec']
  const works = (is: boolean): Given => ['workload.all-available', is, 'status']
  expect(explain([limit, works(true)], { symptoms })).toMatchObject([{ cause: 'cpu-throttled' }])
  expect(explain([limit, works(true)])).toEqual([])
  expect(explain([limit, works(false)], { symptoms })).toEqual([])
})

describe('a recorded change of a ConfigMap', () => {
  const change = (at: number, resource = settings): RecordedChange => {
    return { tenant: 'default', id: 'chg_1', kind: 'configuration', at, resource, state: 'recent', revision: 1 }
  }
  const reads: Given = ['workload.reads.config-map.settings', true, 'spec']
  test('is to blame for what reads it and fails since', () => {
    const changes = [change(openedAt - 60_000)]
    expect(explain([unready, reads], { changes })).toMatchObject([{ cause: 'recorded-change', rootCause: settings }])
  })

  test.each<[says: string, given: readonly Given[], change: RecordedChange]>([
    ['for what does not read it', [unready], change(openedAt - 60_000)],
    ['for what works', [['pods.current.ready', 3, 'status'], reads], change(openedAt - 60_000)],
    ['for what began before it', [unready, reads], change(openedAt + 60_000)],
    ['for what began long after it', [unready, reads], change(openedAt - 3_600_000)],
    ['for what was rolled out since', [unready, reads, ...rolledOut], change(openedAt - 60_000)],
    ['in another namespace', [unready, reads], change(openedAt - 60_000, { ...settings, namespace: 'other' })],
  ])('is not to blame %s', (_, given, one) => {
    expect(explain(given, { changes: [one] })).toEqual([])
  })
})

describe('the words of Kubernetes', () => {
  test.each([
    ['configmap "settings" not found', { kind: 'ConfigMap', name: 'settings' }],
    ['secret "db.prod" not found', { kind: 'Secret', name: 'db.prod' }],
    ["couldn't find key url in ConfigMap shop/settings", { kind: 'ConfigMap', name: 'settings', key: 'url' }],
    ["couldn't find key a.b in Secret shop/db", { kind: 'Secret', name: 'db', key: 'a.b' }],
    ['configmap "Bad Name" not found', undefined],
    ['failed to sync configmap cache: timed out', undefined],
  ])('%s', (message, missing) => expect(missingConfigIn(message)).toEqual(missing))

  test.each([
    ['0/3 nodes are available: 1 Insufficient cpu, 2 node(s) had untolerated taint {a: b}.', 'untolerated-taint, cpu'],
    ["0/3 nodes are available: 3 node(s) didn't match Pod's node affinity/selector.", 'node-affinity'],
    ['0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.', 'unbound-claim'],
    ['0/3 nodes are available: 3 Insufficient nvidia.com/gpu.', 'other-resource'],
    ['something that nobody has seen', 'unknown'],
  ])('%s', (message, obstacles) => expect(obstaclesIn(message)).toBe(obstacles))

  test.each([
    ['Failed to pull image "x": failed to authorize: 401 Unauthorized', 'image-pull-denied'],
    ['Failed to pull image "x": manifest unknown', 'image-not-found'],
    ['Failed to pull image "x": dial tcp: i/o timeout', undefined],
    ['Error: failed to start container: not found', undefined],
  ])('%s', (message, why) => expect(pullFailureIn(message)).toBe(why))

  test.each([
    [
      'pods "a" is forbidden: exceeded quota: compute, requested: cpu=1',
      { what: 'quota-exceeded', by: { name: 'compute' } },
    ],
    [
      'failed calling webhook "a.b": failed to call webhook: Post "https://hook.security.svc:443/x": EOF',
      { what: 'webhook-failed', by: { namespace: 'security', name: 'hook' } },
    ],
    ['failed calling webhook "a.b": Post "https://policy.example.com": EOF', { what: 'webhook-failed' }],
    ['pods "a" is forbidden: violates PodSecurity', undefined],
  ])('%s', (message, refusal) => expect(refusalIn(message)).toEqual(refusal))
})

describe('on a cluster', () => {
  const toolOf = (cluster: ReturnType<typeof simulatedCluster>, name: string) => {
    const tool = integrationOn(cluster).evidence?.[0]?.tools.find((each) => each.name === `kubernetes.${name}`)
    if (tool === undefined) throw new Error(`no tool ${name}`)
    return tool
  }
  const told = (facts: readonly Fact[], name: string) => facts.find((fact) => fact.name === name)?.value

  test('a Service is told by the pods that it selects, and by a port that none of them opens', async () => {
    const cluster = simulatedCluster()
    const ports = {
      containers: [{ name: 'app', image: 'shop/checkout:v1', ports: [{ name: 'http', containerPort: 8080 }] }],
    }
    cluster.apply(
      checkout('shop/checkout:v1', { template: { metadata: { labels: { app: 'checkout' } }, spec: ports } }),
    )
    cluster.settle()
    const read = async (selector: object, targetPort: number | string) => {
      cluster.apply({
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'front', namespace: 'shop' },
        spec: { selector, ports: [{ port: 80, targetPort }] },
      })
      const { facts } = await toolOf(cluster, 'service').read({ namespace: 'shop', name: 'front' }, context)
      return ['service.pods-selected', 'service.pods-ready', 'service.port-not-opened'].map((name) => told(facts, name))
    }
    expect(await read({ app: 'checkout' }, 8080)).toEqual([3, 3, undefined])
    expect(await read({ app: 'checkout' }, 'http')).toEqual([3, 3, undefined])
    expect(await read({ app: 'checkout' }, 'grpc')).toEqual([3, 3, 'grpc'])
    expect(await read({ app: 'chekout' }, 8080)).toEqual([0, 0, undefined])
  })

  test('a claim that a pod waits for is read with the pods; one that cannot be read is a warning', async () => {
    const cluster = healthy()
    const [first] = cluster.all('v1', 'Pod', 'shop')
    if (first === undefined) throw new Error('no pod')
    const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }]
    const conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: 'pod has unbound immediate PersistentVolumeClaims',
      },
    ]
    const spec = typeof first['spec'] === 'object' ? first['spec'] : {}
    const stuck = { ...first, spec: { ...spec, volumes }, status: { phase: 'Pending', conditions } }
    const read = {
      ...cluster,
      list: async (...asked: Parameters<typeof cluster.list>) => {
        const found = await cluster.list(...asked)
        return asked[0].kind === 'Pod' ? { ...found, items: [stuck] } : found
      },
    }
    const tool = integrationOn(cluster, { read }).evidence?.[0]?.tools.find(({ name }) => name === 'kubernetes.pods')
    const { apiVersion: _, ...input } = deployment
    const missing = await tool?.read(input, context)
    expect(missing?.warnings).toEqual([expect.stringMatching(/claim data: .*not found/)])
    expect(told(missing?.facts ?? [], 'pod.unschedulable')).toBe('unbound-claim')
    cluster.apply({
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: { name: 'data', namespace: 'shop' },
      spec: { storageClassName: 'fast' },
      status: { phase: 'Pending' },
    })
    const found = await tool?.read(input, context)
    expect(told(found?.facts ?? [], 'claim.storage-class')).toBe('fast')
  })

  test('a rollout that is undone is explained once', async () => {
    const cluster = badRollout({ behaviour: 'unpullable' })
    const found = await diagnose(integrationOn(cluster), incidentAt(cluster.now()), [symptomOf(resourceAt())])
    expect(found.map(({ cause }) => cause)).toEqual(['image-not-pullable'])
  })
})
