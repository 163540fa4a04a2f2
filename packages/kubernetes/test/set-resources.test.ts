import { describe, expect, test } from 'vitest'
import { podAmount } from '../src/pod-amounts.ts'
import { amountOf, sameAmount } from '../src/quantity.ts'
import { podSet } from './catalogue-cases.ts'
import {
  actionOf,
  askFor,
  checkout,
  context,
  deployment,
  effectOf,
  healthy,
  integrationOn,
  podsOf,
  resourceAt,
} from './scene.ts'

const TYPE = 'kubernetes.set-resources'

/** `checkout` whose container asks for this, and another container before it. */
function asking(resources: object | undefined, spec: object = {}) {
  const cluster = healthy()
  const app = { name: 'app', image: 'shop/checkout:v1', ...(resources === undefined ? {} : { resources }) }
  const containers = [{ name: 'proxy', image: 'shop/proxy:v1' }, app]
  const template = { metadata: { labels: { app: 'checkout' } }, spec: { containers } }
  cluster.apply(checkout('shop/checkout:v1', { ...spec, template }))
  cluster.settle()
  const action = actionOf(TYPE, integrationOn(cluster))
  const ask = (wanted: object, container = 'app') => askFor(cluster, { container, ...wanted } as Record<string, string>)
  const carryOut = async (wanted: object) => {
    const input = ask(wanted)
    await action.execute(effectOf(input, await action.preview(input, context)), context)
    return resourcesIn(cluster)
  }
  return {
    cluster,
    action,
    ask,
    carryOut,
    preview: (wanted: object, name?: string) => action.preview(ask(wanted, name), context),
  }
}

function resourcesIn(cluster: ReturnType<typeof healthy>) {
  const { template } = (cluster.find(deployment)?.['spec'] ?? {}) as {
    template?: { spec: { containers: { name: string; resources?: unknown }[] } }
  }
  return template?.spec.containers.map(({ name, resources }) => [name, resources])
}

test('changes what is named, of the container that is named, and leaves everything else', async () => {
  const { cluster, action, ask, carryOut } = asking({
    requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '1Gi' },
    limits: { memory: '256Mi' },
    claims: [{ name: 'gpu' }],
  })
  expect(await carryOut({ limits: { cpu: '2000m', memory: '0512Mi' } })).toEqual([
    ['proxy', undefined],
    [
      'app',
      {
        requests: { cpu: '100m', memory: '128Mi', 'ephemeral-storage': '1Gi' },
        limits: { cpu: '2', memory: '512Mi' },
        claims: [{ name: 'gpu' }],
      },
    ],
  ])
  cluster.settle()
  expect(JSON.stringify(podsOf(cluster))).not.toContain('"256Mi"')
  const again = await action
    .preview(ask({ limits: { cpu: '2', memory: '0.5Gi' } }), context)
    .catch((error: unknown) => error)
  expect(again).toMatchObject({ code: 'invalid', path: 'params.limits.memory' })
  expect(await action.preview(ask({ limits: { cpu: '2', memory: '524288Ki' } }), context)).toMatchObject({
    alreadySo: true,
  })
})

test('shows the difference in words of the cluster, and takes away again what was not there', async () => {
  const { cluster, action, ask } = asking(undefined)
  const input = ask({ requests: { cpu: '0.25' }, limits: { memory: '1Gi' } })
  const shown = await action.preview(input, context)
  expect(shown.diff).toContain('containers[app].resources.limits.memory: (absent) → "1Gi"')
  expect(shown.diff).toContain('containers[app].resources.requests.cpu: (absent) → "250m"')
  const effect = effectOf(input, shown)
  await action.execute(effect, context)
  const second = { ...input, executionId: 'exe_2' }
  const fresh = await action.preview(second, context)
  expect(fresh.before).toEqual(shown.after)
  const back = { ...effectOf(second, fresh), preview: { before: shown.after, after: shown.before, guard: fresh.guard } }
  await action.execute(back, context)
  expect(resourcesIn(cluster)?.[1]).toEqual(['app', {}])
})

test.each([
  [{ limits: { memory: '64Mi' } }, /limit of memory \(64Mi\) would be below its request \(128Mi\)/],
  [{ requests: { cpu: '3' } }, /limit of cpu \(2\) would be below its request \(3\)/],
])('refuses a limit below the request: %j', async (wanted, because) => {
  const { preview } = asking({ requests: { memory: '128Mi' }, limits: { cpu: '2' } })
  expect(await preview(wanted)).toMatchObject({ refused: expect.stringMatching(because), dryRun: 'none' })
})

test.each([
  [{ limits: { cpu: '65' } }, 'params.limits.cpu'],
  [{ limits: { cpu: '0' } }, 'params.limits.cpu'],
  [{ limits: { cpu: '0.0001' } }, 'params.limits.cpu'],
  [{ limits: { memory: '1Mi' } }, 'params.limits.memory'],
  [{ limits: { memory: '2Ti' } }, 'params.limits.memory'],
  [{ limits: { memory: '-1Gi' } }, 'params.limits.memory'],
  [{ limits: { memory: 1024 } }, 'params.limits.memory'],
  [{ limits: {} }, 'params.limits'],
  [{}, 'params.limits'],
  [{ limits: { 'nvidia.com/gpu': '1' } }, 'params.limits'],
])('refuses amounts beyond its bounds: %j', async (wanted, path) => {
  const { preview } = asking({})
  await expect(preview(wanted)).rejects.toMatchObject({ code: 'invalid', path })
})

test('refuses a container that is not there, before and at the moment of acting', async () => {
  const { preview, ask, action, cluster } = asking({})
  expect((await preview({ limits: { cpu: '1' } }, 'ap')).refused).toBe('it has no container ap')
  const input = ask({ limits: { cpu: '1' } })
  const effect = effectOf(input, await action.preview(input, context))
  const other = {
    ...effect,
    preview: { ...effect.preview, after: { ...(effect.preview.after as object), container: 'x' } },
  }
  await expect(action.execute(other, context)).rejects.toMatchObject({ code: 'rejected' })
  expect(cluster.effects()).toEqual([])
})

describe('room in the namespace', () => {
  const quota = (hard: object, used?: object) => ({
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'team', namespace: 'shop' },
    spec: { hard },
    ...(used === undefined ? {} : { status: { hard, used } }),
  })

  // Three replicas and one beyond them while it rolls out: 3 × 64Mi more, and 1 × 128Mi.
  test.each([
    ['319Mi', /ResourceQuota team allows 319Mi of limits.memory, 0 is used/],
    ['320Mi', undefined],
  ])('counts the rollout against a quota of %s', async (hard, because) => {
    const { cluster, preview } = asking({ limits: { memory: '64Mi' } })
    cluster.apply(quota({ 'limits.memory': hard }, { 'limits.memory': '0' }))
    const { refused } = await preview({ limits: { memory: '128Mi' } })
    if (because === undefined) expect(refused).toBeUndefined()
    else expect(refused).toMatch(because)
    expect((await preview({ limits: { memory: '32Mi' } })).refused).toBeUndefined()
  })

  // Three replicas: 3 × 64Mi more, and one beyond them with all that it has: 128Mi, the proxy's 100Mi, and an overhead of 8Mi.
  test.each([
    ['427Mi', /the rollout would take up to 448790528 more/],
    ['428Mi', undefined],
  ])('counts the whole pod for each one beyond the others, against a quota of %s', async (hard, because) => {
    const limits = { memory: '64Mi' }
    const proxy = { name: 'proxy', image: 'shop/proxy:v1', resources: { limits: { memory: '100Mi' } } }
    const containers = [proxy, { name: 'app', image: 'shop/checkout:v1', resources: { limits } }]
    const spec = { containers, overhead: { memory: '8Mi' } }
    const { cluster, ask, action } = asking({ limits })
    cluster.apply(checkout('shop/checkout:v1', { template: { metadata: { labels: { app: 'checkout' } }, spec } }))
    cluster.apply(quota({ 'limits.memory': hard }, { 'limits.memory': '0' }))
    const { refused } = await action.preview(ask({ limits: { memory: '128Mi' } }), context)
    if (because === undefined) expect(refused).toBeUndefined()
    else expect(refused).toMatch(because)
  })

  test('counts a limit as the request that it becomes where there is none', async () => {
    const { cluster, preview } = asking({})
    cluster.apply(quota({ 'requests.memory': '500Mi' }, { 'requests.memory': '0' }))
    expect((await preview({ limits: { memory: '128Mi' } })).refused).toMatch(/of requests\.memory/)
    expect((await preview({ limits: { memory: '125Mi' } })).refused).toBeUndefined()
  })

  test('knows the short names of requests, and doubts a quota whose use is not known', async () => {
    const { cluster, preview } = asking({})
    cluster.apply(quota({ cpu: '1' }, { cpu: '900m' }))
    expect((await preview({ requests: { cpu: '100m' } })).refused).toMatch(/allows 1 of cpu, 900m is used/)
    const { cluster: other, preview: unknown } = asking({})
    other.apply(quota({ cpu: '1' }))
    expect(await unknown({ requests: { cpu: '100m' } })).toMatchObject({ doubts: ['quota-usage-unknown'] })
  })

  test.each([
    [
      { max: { memory: '512Mi' } },
      { limits: { memory: '1Gi' } },
      /LimitRange range allows containers no more than 512Mi/,
    ],
    [{ min: { cpu: '200m' } }, { requests: { cpu: '100m' } }, /no less than 200m of cpu/],
    [{ maxLimitRequestRatio: { cpu: '2' } }, { requests: { cpu: '100m' }, limits: { cpu: '300m' } }, /at most 2 times/],
    [{ max: { memory: '1Gi' } }, { limits: { memory: '1Gi' } }, undefined],
  ])('keeps to a LimitRange of %j', async (limit, wanted, because) => {
    const { cluster, preview } = asking({})
    const metadata = { name: 'range', namespace: 'shop' }
    cluster.apply({
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata,
      spec: { limits: [{ type: 'Container', ...limit }] },
    })
    const { refused } = await preview(wanted)
    if (because === undefined) expect(refused).toBeUndefined()
    else expect(refused).toMatch(because)
  })

  test('doubts what it may not read', async () => {
    const { cluster, ask } = asking({})
    const rules = [{ apiGroups: ['*'], resources: ['deployments', 'namespaces'], verbs: ['get'] }]
    const read = cluster.as({ name: 'reader', rules })
    const shown = await actionOf(TYPE, integrationOn(cluster, { read })).preview(ask({ limits: { cpu: '1' } }), context)
    expect(shown.doubts).toEqual(['quota-unreadable'])
  })
})

test('a StatefulSet is of high risk and in doubt', async () => {
  const cluster = healthy()
  cluster.apply(podSet('StatefulSet', 'shop/checkout:v1'))
  cluster.settle()
  const params = { container: 'app', limits: { cpu: '1' } }
  const input = askFor(cluster, params, { ...resourceAt(), kind: 'StatefulSet' })
  const shown = await actionOf(TYPE, integrationOn(cluster)).preview(input, context)
  expect(shown).toMatchObject({ risk: 'high', doubts: ['stateful'] })
})

test.each([
  ['all containers together', { containers: [one('1'), one('500m')] }, 1.5],
  [
    'the greediest init container, when that is more',
    { containers: [one('1')], initContainers: [one('3'), one('2')] },
    3,
  ],
  [
    'sidecars with the containers, and with the init containers after them',
    { containers: [one('1')], initContainers: [one('2', 'Always'), one('3')] },
    5,
  ],
  ['the overhead beside', { containers: [one('1')], overhead: { cpu: '250m' } }, 1.25],
])('a pod takes %s', (_, spec, amount) => {
  expect(podAmount(spec, 'requests', 'cpu')).toBeCloseTo(amount, 9)
})

function one(cpu: string, restartPolicy?: string) {
  return { name: 'x', resources: { requests: { cpu } }, ...(restartPolicy === undefined ? {} : { restartPolicy }) }
}

test.each([
  ['100m', 0.1],
  ['1', 1],
  ['1.5', 1.5],
  ['1e3', 1000],
  ['2E', 2e18],
  ['1Ki', 1024],
  ['0.5Gi', 536_870_912],
  ['.5', 0.5],
  ['5u', 5e-6],
  ['1.5.5', undefined],
  ['1kb', undefined],
  ['', undefined],
])('the quantity %s', (text, amount) => {
  if (amount === undefined) expect(amountOf(text)).toBeUndefined()
  else expect(amountOf(text)).toBeCloseTo(amount, 9)
})

test('amounts are the same in other words', () => {
  expect(sameAmount('1000m', '1')).toBe(true)
  expect(sameAmount('1Gi', '1024Mi')).toBe(true)
  expect(sameAmount('1m', '2m')).toBe(false)
  expect(sameAmount('1Gi', null)).toBe(false)
  expect(sameAmount(null, null)).toBe(true)
})
