import { type CitableFact, type Resource, type RuleFinding, resourceKey } from '@mendkit/core'
import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { podSet, revisionNumbered } from './catalogue-cases.ts'
import { diagnose as diagnoseWith, gather } from './diagnose.ts'
import {
  actionOf,
  askFor,
  badRollout,
  checkout,
  context,
  effectOf,
  incidentAt,
  integrationOn,
  podResource,
  podsOf,
  replicaSetOf,
  resourceAt,
  symptomOf,
} from './scene.ts'

/** What the rules find for an incident that opened at `openedAt`. */
function diagnose(cluster: SimulatedCluster, openedAt = cluster.now(), resource: Resource = resourceAt()) {
  return diagnoseWith(integrationOn(cluster), incidentAt(openedAt, resource), [symptomOf(resource)])
}

/** What the rules find in other facts than those that were read. */
async function diagnoseIn(
  cluster: SimulatedCluster,
  resource: Resource,
  change: (fact: CitableFact) => readonly CitableFact[],
) {
  const integration = integrationOn(cluster)
  const [incident, symptoms] = [incidentAt(cluster.now(), resource), [symptomOf(resource)]]
  const facts = (await gather(integration, incident, symptoms)).flatMap(change)
  return (integration.rules ?? []).flatMap((rule) => rule.match({ incident, symptoms, facts, changes: [] }) ?? [])
}

function actionsOf(findings: readonly RuleFinding[]) {
  return findings.flatMap((finding) => finding.actions ?? [])
}

describe('a rollout is rolled back', () => {
  test.each([
    ['crashes', { behaviour: 'crash' }, 'bad-rollout', 'pods.current.crash-looping'],
    ['runs out of memory', { behaviour: 'oom' }, 'bad-rollout', 'pods.current.crash-looping'],
    ['never gets ready', { behaviour: 'not-ready' }, 'bad-rollout', 'pods.current.unready'],
    ['cannot pull its image', { behaviour: 'unpullable' }, 'image-not-pullable', 'pods.current.image-pull-failing'],
  ] as const)('when it %s', async (_, behaviour, cause, symptom) => {
    const cluster = badRollout(behaviour)
    const findings = await diagnose(cluster)
    expect(findings.map((finding) => finding.cause)).toEqual([cause])
    const [finding] = findings
    expect(finding?.actions).toEqual([
      {
        type: 'kubernetes.rollout-undo',
        params: { replicaSet: replicaSetOf(cluster, 1) },
        target: expect.objectContaining(resourceAt()),
      },
    ])
    expect(finding?.seen.map(({ name }) => name)).toContain(symptom)
    const kinds = new Set(finding?.seen.map(({ kind }) => kind))
    expect([...kinds]).toEqual(expect.arrayContaining(['status', 'event', 'change', 'spec']))
  })

  test.each([
    [
      'to the newest revision with ready pods, past another bad rollout',
      {},
      1,
      'newest before it with ready pods is 1',
    ],
    [
      'to the one before when no revision has ready pods, for which a person is asked',
      { strategy: { type: 'Recreate' } },
      2,
      'the one before it is 2',
    ],
  ] as const)('%s', async (_, spec, revision, words) => {
    const cluster = badRollout(undefined, spec)
    cluster.image('shop/checkout:v3', { behaviour: 'crash' })
    cluster.tick(60_000)
    cluster.apply(checkout('shop/checkout:v3', spec))
    cluster.settle()
    const [finding] = await diagnose(cluster)
    const params = { replicaSet: replicaSetOf(cluster, revision) }
    expect(finding?.actions).toMatchObject([{ type: 'kubernetes.rollout-undo', params }])
    expect(finding?.summary).toContain(words)
    const action = actionOf('kubernetes.rollout-undo', integrationOn(cluster))
    const { doubts } = await action.preview(askFor(cluster, params), context)
    expect(doubts).toEqual(revision === 1 ? [] : ['readiness-of-target-unproven'])
  })

  test('when one of three pods crashes and the rollout never got through', async () => {
    const cluster = badRollout({ behaviour: 'crash', affects: 1 }, { strategy: { type: 'Recreate' } })
    expect(actionsOf(await diagnose(cluster)).map(({ type }) => type)).toEqual(['kubernetes.rollout-undo'])
  })

  test('also when its Deployment still tells of the rollout before as the one that got through', async () => {
    const cluster = badRollout({ behaviour: 'crash', affects: 1 }, { strategy: { type: 'Recreate' } })
    tellOfAnotherRollout(cluster)
    expect(actionsOf(await diagnose(cluster)).map(({ type }) => type)).toEqual(['kubernetes.rollout-undo'])
  })

  test.each(['StatefulSet', 'DaemonSet'] as const)(
    'of a %s that is stuck, to its ControllerRevision before',
    async (kind) => {
      const cluster = simulatedCluster()
      cluster.image('shop/checkout:v2', { behaviour: 'crash' })
      for (const image of ['shop/checkout:v1', 'shop/checkout:v2']) {
        cluster.apply(podSet(kind, image))
        cluster.settle()
        cluster.tick(60_000)
      }
      const resource = { ...resourceAt(), kind }
      const [finding] = await diagnose(cluster, cluster.now(), resource)
      const controllerRevision = revisionNumbered(cluster.all('apps/v1', 'ControllerRevision', 'shop'), 1)
      expect(finding?.cause).toBe('bad-rollout')
      expect(finding?.actions).toMatchObject([{ type: 'kubernetes.rollout-undo', params: { controllerRevision } }])
      expect(new Set(finding?.seen.map(({ kind: each }) => each)).size).toBeGreaterThan(1)
      const input = askFor(cluster, { controllerRevision }, resource)
      const action = actionOf('kubernetes.rollout-undo', integrationOn(cluster))
      expect((await action.preview(input, context)).refused).toBeUndefined()
    },
  )

  test.each(['StatefulSet', 'DaemonSet'] as const)('but not of a %s that went through and is well', async (kind) => {
    const cluster = simulatedCluster()
    for (const image of ['shop/checkout:v1', 'shop/checkout:v2']) {
      cluster.apply(podSet(kind, image))
      cluster.settle()
    }
    const [pod] = podsOf(cluster)
    cluster.breakPod({ namespace: 'shop', name: pod?.metadata.name ?? '' }, 'not-ready')
    cluster.settle()
    const findings = await diagnose(cluster, cluster.now(), { ...resourceAt(), kind })
    expect(findings.map(({ cause }) => cause)).toEqual(['wedged-pod'])
  })

  test('and what it rests on still holds after more crashes', async () => {
    const cluster = badRollout()
    const then = (await diagnose(cluster))[0]?.seen ?? []
    cluster.tick(200_000)
    const now = (await diagnose(cluster, cluster.now()))[0]?.seen ?? []
    for (const fact of then.filter(({ kind }) => kind === 'status' || kind === 'spec')) {
      const again = now.find(({ name }) => name === fact.name)
      if (fact.holds === 'at-least') expect(again?.value).toBeGreaterThanOrEqual(Number(fact.value))
      else expect(again?.value).toBe(fact.value)
    }
  })
})

/** The workload after its first rollout. */
function settled(): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.apply(checkout('shop/checkout:v1'))
  cluster.settle()
  return cluster
}

/** As Kubernetes' own controller leaves it when another write comes between its making a ReplicaSet and its saying so. */
function tellOfAnotherRollout(cluster: SimulatedCluster): void {
  const message = 'ReplicaSet "checkout-of-before" has successfully progressed.'
  const conditions = [{ type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable', message }]
  cluster.report({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'checkout' }, { conditions })
}

test('a rollout of which every pod is available got through, whichever one its Deployment tells of', async () => {
  const cluster = settled()
  tellOfAnotherRollout(cluster)
  const facts = await gather(integrationOn(cluster), incidentAt(cluster.now()), [symptomOf(resourceAt())])
  expect(facts.find(({ name }) => name === 'rollout.complete')?.value).toBe(true)
})

describe('a rollout is not rolled back', () => {
  test('when the trouble began long after it', async () => {
    const cluster = badRollout()
    expect(await diagnose(cluster, cluster.now() + 31 * 60_000)).toEqual([])
  })

  test('when there was nothing before it', async () => {
    const cluster = simulatedCluster()
    cluster.image('shop/checkout:v1', { behaviour: 'crash' })
    cluster.apply(checkout('shop/checkout:v1'))
    cluster.settle()
    expect(await diagnose(cluster)).toEqual([])
  })

  test('when all is well', async () => {
    const cluster = badRollout({ behaviour: 'healthy' })
    expect(await diagnose(cluster)).toEqual([])
  })

  test('when it is a rollback of ours: then a person is asked', async () => {
    const cluster = badRollout()
    cluster.image('shop/checkout:v1', { behaviour: 'crash' })
    for (const pod of podsOf(cluster)) cluster.breakPod({ namespace: 'shop', name: pod.metadata.name }, 'crash')
    const action = actionOf('kubernetes.rollout-undo', integrationOn(cluster))
    const input = askFor(cluster, { replicaSet: replicaSetOf(cluster, 1) })
    await action.execute(effectOf(input, await action.preview(input, context)), context)
    cluster.settle()
    const findings = await diagnose(cluster)
    expect(findings.map(({ cause, handOver }) => [cause, handOver])).toEqual([['rollback-did-not-help', true]])
    expect(actionsOf(findings)).toEqual([])
  })

  test('but the next rollout of somebody else is, although our mark is still on the Deployment', async () => {
    const cluster = badRollout()
    const action = actionOf('kubernetes.rollout-undo', integrationOn(cluster))
    const input = askFor(cluster, { replicaSet: replicaSetOf(cluster, 1) })
    await action.execute(effectOf(input, await action.preview(input, context)), context)
    cluster.settle()
    cluster.image('shop/checkout:v3', { behaviour: 'crash' })
    cluster.apply(checkout('shop/checkout:v3'))
    cluster.settle()
    expect(actionsOf(await diagnose(cluster))).toMatchObject([{ params: { replicaSet: replicaSetOf(cluster, 3) } }])
  })
})

describe('a pod is evicted', () => {
  test.each(['not-ready', 'crash'] as const)('when it is %s among ready siblings', async (behaviour) => {
    const cluster = settled()
    const [pod] = podsOf(cluster)
    if (pod === undefined) throw new Error('no pod')
    cluster.breakPod({ namespace: 'shop', name: pod.metadata.name }, behaviour)
    cluster.settle()
    const findings = await diagnose(cluster)
    expect(findings.map(({ cause }) => cause)).toEqual(['wedged-pod'])
    const [action] = actionsOf(findings)
    expect(action).toMatchObject({ type: 'kubernetes.evict-pod', params: {} })
    expect(action?.target && resourceKey(action.target)).toBe(resourceKey(podResource(pod)))
    expect(new Set(findings[0]?.seen.map(({ kind }) => kind))).toEqual(new Set(['status', 'event']))
  })

  test.each([
    ['the rollouts of its Deployment could not be read', ['kubernetes.rollouts'], 'Deployment'],
    ['only its ReplicaSet is known, of whose Deployment nothing was read', [], 'ReplicaSet'],
    ['nobody could tell who controls its ReplicaSet', ['kubernetes.owners'], 'ReplicaSet'],
  ])('but not when %s', async (_, unread, kind) => {
    const cluster = settled()
    const [pod] = podsOf(cluster)
    cluster.breakPod({ namespace: 'shop', name: pod?.metadata.name ?? '' }, 'not-ready')
    cluster.settle()
    const name = cluster.all('apps/v1', kind, 'shop')[0]?.metadata.name ?? ''
    const resource = { ...resourceAt(), kind, name }
    const findings = await diagnoseIn(cluster, resource, (fact) => (unread.includes(fact.tool) ? [] : [fact]))
    expect(actionsOf(findings)).toEqual([])
  })

  test('of a ReplicaSet that nobody controls', async () => {
    const cluster = settled()
    const [pod] = podsOf(cluster)
    cluster.breakPod({ namespace: 'shop', name: pod?.metadata.name ?? '' }, 'not-ready')
    cluster.settle()
    const name = cluster.all('apps/v1', 'ReplicaSet', 'shop')[0]?.metadata.name ?? ''
    const findings = await diagnoseIn(cluster, { ...resourceAt(), kind: 'ReplicaSet', name }, (fact) => [
      fact.name === 'owners.controlled' ? { ...fact, value: false } : fact,
    ])
    expect(actionsOf(findings)).toMatchObject([{ type: 'kubernetes.evict-pod' }])
  })

  test('but not when two of them fail, and not when none is ready', async () => {
    const cluster = settled()
    const [one, two, three] = podsOf(cluster).map((pod) => ({ namespace: 'shop', name: pod.metadata.name }))
    for (const pod of [one, two]) if (pod !== undefined) cluster.breakPod(pod, 'not-ready')
    cluster.settle()
    expect(actionsOf(await diagnose(cluster))).toEqual([])
    if (three !== undefined) cluster.breakPod(three, 'not-ready')
    cluster.settle()
    expect(actionsOf(await diagnose(cluster))).toEqual([])
  })
})

describe('a container that is killed for want of memory', () => {
  function killed(memory: string | undefined, cluster = simulatedCluster()): SimulatedCluster {
    const resources = memory === undefined ? {} : { limits: { memory, cpu: '1' } }
    const containers = [{ name: 'app', image: 'shop/checkout:v1', resources }]
    const template = { metadata: { labels: { app: 'checkout' } }, spec: { containers } }
    cluster.image('shop/checkout:v1', { behaviour: 'healthy' })
    cluster.apply(checkout('shop/checkout:v1', { template }))
    cluster.settle()
    cluster.tick(60 * 60_000)
    for (const pod of podsOf(cluster)) cluster.breakPod({ namespace: 'shop', name: pod.metadata.name }, 'oom')
    cluster.settle()
    return cluster
  }

  test.each([
    ['256Mi', '512Mi'],
    ['1Gi', '2048Mi'],
    ['100M', '191Mi'],
  ])('with a limit of %s gets %s, from the status, the spec and an event', async (memory, next) => {
    const cluster = killed(memory)
    const findings = await diagnose(cluster)
    expect(findings.map(({ cause }) => cause)).toEqual(['out-of-memory'])
    const [proposed] = actionsOf(findings)
    expect(proposed).toMatchObject({
      type: 'kubernetes.set-resources',
      params: { container: 'app', limits: { memory: next } },
    })
    const kinds = new Set(findings[0]?.seen.map(({ kind }) => kind))
    expect(kinds).toEqual(new Set(['status', 'spec', 'event']))
    const input = askFor(cluster, proposed?.params ?? {})
    const shown = await actionOf('kubernetes.set-resources', integrationOn(cluster)).preview(input, context)
    expect([shown.refused, shown.doubts]).toEqual([undefined, ['capacity-unproven']])
  })

  test('without a limit, or with the highest that there is, gets no other', async () => {
    expect(actionsOf(await diagnose(killed(undefined)))).toEqual([])
    const findings = await diagnose(killed('1Ti'))
    expect(findings.map(({ cause, actions }) => [cause, actions])).toEqual([['out-of-memory', []]])
  })

  test('since a rollout is rolled back instead', async () => {
    const cluster = badRollout({ behaviour: 'oom' })
    expect(actionsOf(await diagnose(cluster)).map(({ type }) => type)).toEqual(['kubernetes.rollout-undo'])
  })

  test('gets a higher limit once: when that was ours and did not help, a person is asked', async () => {
    const cluster = killed('256Mi')
    const action = actionOf('kubernetes.set-resources', integrationOn(cluster))
    const input = askFor(cluster, { container: 'app', limits: { memory: '512Mi' } })
    await action.execute(effectOf(input, await action.preview(input, context)), context)
    cluster.image('shop/checkout:v1', { behaviour: 'oom' })
    cluster.settle()
    const findings = await diagnose(cluster, cluster.now() + 60 * 60_000)
    expect(findings.map(({ cause, handOver }) => [cause, handOver])).toEqual([['rollback-did-not-help', true]])
  })
})

test('what the host does not offer is explained and not proposed', async () => {
  const cluster = badRollout()
  const integration = integrationOn(cluster, { actions: ['kubernetes.scale'] })
  const findings = await diagnoseWith(integration, incidentAt(cluster.now()), [symptomOf(resourceAt())])
  expect(findings.map(({ cause, actions }) => [cause, actions])).toEqual([['bad-rollout', []]])
})

test('an alert about something that is no object of the cluster has nothing gathered and explains nothing', async () => {
  const cluster = badRollout()
  expect(
    await diagnose(cluster, cluster.now(), {
      cluster: 'test',
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      namespace: 'shop',
      name: 'x',
    }),
  ).toEqual([])
  expect(await diagnose(cluster, cluster.now(), { ...resourceAt(), cluster: 'another' })).toEqual([])
})
