import { MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import {
  callContext,
  type Manifest,
  type SimulatedCluster,
  type SimulatedImage,
  simulatedCluster,
} from '../../src/index.ts'

const context = callContext()
const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' }

function web(tag: string, spec: object = {}): Manifest {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'shop', labels: { app: 'web' } },
    spec: {
      replicas: 4,
      selector: { matchLabels: { app: 'web' } },
      template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'app', image: `web:${tag}` }] } },
      ...spec,
    },
  }
}

interface PodView {
  readonly image: string
  readonly phase: string
  readonly ready: boolean
  readonly restarts: number
  readonly waiting: string | undefined
  readonly ended: string | undefined
}

function podsOf(cluster: SimulatedCluster): readonly PodView[] {
  return cluster.all('v1', 'Pod', 'shop').map((pod) => {
    const { phase, containerStatuses = [] } = pod['status'] as {
      phase: string
      containerStatuses?: {
        image: string
        ready: boolean
        restartCount: number
        state: { waiting?: { reason: string } }
        lastState: { terminated?: { reason: string; exitCode: number } }
      }[]
    }
    const [container] = containerStatuses
    const ended = container?.lastState.terminated
    return {
      image: container?.image ?? '',
      phase,
      ready: container?.ready ?? false,
      restarts: container?.restartCount ?? 0,
      waiting: container?.state.waiting?.reason,
      ended: ended && `${ended.reason} ${ended.exitCode}`,
    }
  })
}

function statusOf(cluster: SimulatedCluster): Record<string, unknown> {
  return cluster.find(reference)?.['status'] as Record<string, unknown>
}

function progressing(cluster: SimulatedCluster): string | undefined {
  const { conditions } = statusOf(cluster) as { conditions: { type: string; reason: string }[] }
  return conditions.find(({ type }) => type === 'Progressing')?.reason
}

function revisions(cluster: SimulatedCluster): readonly (readonly [number, number])[] {
  return cluster
    .all('apps/v1', 'ReplicaSet', 'shop')
    .map((set): [number, number] => [
      Number(set.metadata.annotations?.['deployment.kubernetes.io/revision']),
      (set['spec'] as { replicas: number }).replicas,
    ])
    .sort((a, b) => a[0] - b[0])
}

function rolledOut(v2: SimulatedImage, spec: object = {}): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.image('web:v2', v2)
  cluster.apply(web('v1', spec))
  cluster.settle()
  cluster.apply(web('v2', spec))
  cluster.settle()
  return cluster
}

describe('a Deployment', () => {
  test('rolls out and says so', () => {
    const cluster = rolledOut({ behaviour: 'healthy' })
    expect(statusOf(cluster)).toMatchObject({
      observedGeneration: 2,
      replicas: 4,
      updatedReplicas: 4,
      availableReplicas: 4,
    })
    expect(progressing(cluster)).toBe('NewReplicaSetAvailable')
    expect(revisions(cluster)).toEqual([
      [1, 0],
      [2, 4],
    ])
    expect(cluster.find(reference)?.metadata.annotations?.['deployment.kubernetes.io/revision']).toBe('2')
  })

  test('never has fewer or more pods than its strategy allows', () => {
    const cluster = simulatedCluster()
    const strategy = { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 2 } }
    cluster.apply(web('v1', { strategy }))
    cluster.settle()
    cluster.apply(web('v2', { strategy }))
    for (let turn = 0; turn < 500 && podsOf(cluster).some(({ image }) => image === 'web:v1'); turn += 1) {
      cluster.tick(20)
      const living = cluster.all('v1', 'Pod', 'shop').filter((pod) => pod.metadata.deletionTimestamp === undefined)
      expect(living.length).toBeLessThanOrEqual(6)
      expect(podsOf(cluster).filter(({ ready }) => ready).length).toBeGreaterThanOrEqual(3)
    }
    expect(podsOf(cluster).map(({ image }) => image)).not.toContain('web:v1')
  })

  test('gets stuck on a bad revision without losing the good one, and times out', () => {
    const cluster = rolledOut({ behaviour: 'not-ready' }, { progressDeadlineSeconds: 60 })
    expect(revisions(cluster)).toEqual([
      [1, 3],
      [2, 2],
    ])
    expect(progressing(cluster)).toBe('ReplicaSetUpdated')
    cluster.tick(62_000)
    expect(progressing(cluster)).toBe('ProgressDeadlineExceeded')
  })

  test('with Recreate stops all old pods before it starts new ones', () => {
    const cluster = simulatedCluster()
    const spec = { strategy: { type: 'Recreate' } }
    cluster.apply(web('v1', spec))
    cluster.settle()
    cluster.apply(web('v2', spec))
    for (let turn = 0; turn < 300; turn += 1) {
      cluster.tick(10)
      const images = podsOf(cluster).flatMap(({ image }) => image || [])
      expect(new Set(images).size).toBeLessThanOrEqual(1)
    }
    expect(revisions(cluster)).toEqual([
      [1, 0],
      [2, 4],
    ])
  })

  test('does not roll out while it is paused, but can be resized', () => {
    const cluster = simulatedCluster()
    cluster.apply(web('v1'))
    cluster.settle()
    cluster.apply(web('v2', { paused: true, replicas: 2 }))
    cluster.settle()
    expect(revisions(cluster)).toEqual([[1, 2]])
    expect(progressing(cluster)).toBe('DeploymentPaused')
    cluster.apply(web('v2', { paused: false, replicas: 2 }))
    cluster.settle()
    expect(revisions(cluster)).toEqual([
      [1, 0],
      [2, 2],
    ])
  })

  test('makes an earlier ReplicaSet the newest when its template comes back', () => {
    const cluster = rolledOut({ behaviour: 'crash' })
    cluster.apply(web('v1'))
    cluster.settle()
    expect(revisions(cluster)).toEqual([
      [2, 0],
      [3, 4],
    ])
  })

  test('keeps as many old revisions as its limit says', () => {
    const cluster = simulatedCluster()
    for (const tag of ['v1', 'v2', 'v3', 'v4']) {
      cluster.apply(web(tag, { revisionHistoryLimit: 1 }))
      cluster.settle()
    }
    expect(revisions(cluster)).toEqual([
      [3, 0],
      [4, 4],
    ])
  })

  test('takes its ReplicaSets and pods with it', () => {
    const cluster = rolledOut({ behaviour: 'healthy' })
    cluster.remove(reference)
    cluster.settle()
    expect([...cluster.all('apps/v1', 'ReplicaSet'), ...cluster.all('v1', 'Pod')]).toEqual([])
  })
})

describe('a container', () => {
  const recreate = { strategy: { type: 'Recreate' }, replicas: 1 }

  test.each([
    ['crash', { waiting: 'CrashLoopBackOff', ended: 'Error 1', phase: 'Running', ready: false }, 'BackOff'],
    ['oom', { waiting: 'CrashLoopBackOff', ended: 'OOMKilled 137', phase: 'Running', ready: false }, 'BackOff'],
    ['unpullable', { waiting: 'ImagePullBackOff', ended: undefined, phase: 'Pending', ready: false }, 'Failed'],
    ['not-ready', { waiting: undefined, ended: undefined, phase: 'Running', ready: false }, 'Unhealthy'],
  ] as const)('that behaves %s looks like it, and there are events', (behaviour, expected, reason) => {
    const cluster = rolledOut({ behaviour }, recreate)
    expect(podsOf(cluster)).toEqual([expect.objectContaining(expected)])
    expect(cluster.all('v1', 'Event', 'shop').map((event) => event['reason'])).toContain(reason)
  })

  test('in a crash loop restarts ever more rarely, and runs in between', () => {
    const cluster = rolledOut({ behaviour: 'crash' }, recreate)
    const seen = new Set<string>()
    for (let second = 0; second < 60; second += 1) {
      cluster.tick(1000)
      seen.add(String(podsOf(cluster)[0]?.waiting))
    }
    expect(seen).toEqual(new Set(['CrashLoopBackOff', 'undefined']))
    expect(podsOf(cluster)[0]?.restarts).toBe(3)
    cluster.tick(3_600_000)
    expect(podsOf(cluster)[0]?.restarts).toBeLessThan(20)
  })

  test('recovers when its image does', () => {
    const cluster = rolledOut({ behaviour: 'crash' }, recreate)
    cluster.image('web:v2', { behaviour: 'healthy' })
    cluster.tick(30_000)
    expect(podsOf(cluster)[0]).toMatchObject({ ready: true, waiting: undefined, ended: 'Error 1' })
  })

  test('can be one of several that behave so, also after it was replaced', () => {
    const cluster = rolledOut({ behaviour: 'crash', affects: 1 }, { strategy: { type: 'Recreate' }, replicas: 3 })
    const bad = () => cluster.all('v1', 'Pod', 'shop').filter((_, index) => !podsOf(cluster)[index]?.ready)
    expect(bad()).toHaveLength(1)
    cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', name: bad()[0]?.metadata.name ?? '' })
    cluster.settle()
    expect(bad()).toHaveLength(1)
  })

  test('keeps the log of the run before', async () => {
    const cluster = rolledOut({ behaviour: 'crash', logs: 'one\ntwo\nboom' }, recreate)
    const pod = { namespace: 'shop', name: cluster.all('v1', 'Pod', 'shop')[0]?.metadata.name ?? '' }
    expect(await cluster.podLogs(pod, { previous: true, tailLines: 2 }, context)).toBe('two\nboom\n')
    expect(await cluster.podLogs(pod, { limitBytes: 3 }, context)).toBe('one')
  })
})

describe('time', () => {
  test('stands still between ticks, and the same calls lead to the same cluster', () => {
    const play = () => {
      const cluster = rolledOut({ behaviour: 'crash' })
      cluster.tick(123_456)
      return [cluster.now(), cluster.all('v1', 'Pod'), cluster.all('v1', 'Event'), cluster.find(reference)]
    }
    expect(play()).toEqual(play())
    const cluster = simulatedCluster()
    cluster.apply(web('v1'))
    expect(podsOf(cluster)).toEqual([])
  })

  test('can be taken from a clock: what is due has happened at the next call', async () => {
    const clock = { time: Date.UTC(2030, 0, 1), now: () => clock.time }
    const cluster = simulatedCluster({ clock })
    cluster.apply(web('v1'))
    clock.time += 60_000
    const found = await cluster.get(reference, context)
    expect(found['status']).toMatchObject({ availableReplicas: 4 })
    expect(found.metadata.creationTimestamp).toBe('2030-01-01T00:00:00Z')
    expect(() => cluster.settle()).toThrow(MendkitError)
    expect(() => cluster.tick(1000)).toThrow(MendkitError)
  })

  test('another seed gives other UIDs', () => {
    const uid = (seed: number) => simulatedCluster({ seed }).apply(web('v1')).metadata.uid
    expect(uid(1)).not.toBe(uid(2))
  })
})

describe('faults', () => {
  test('hit the requests that were meant, as often as was said', async () => {
    const cluster = rolledOut({ behaviour: 'healthy' })
    cluster.inject({ on: 'get', kind: 'Deployment', name: 'web', fault: 503, times: 2, skip: 1 })
    const codes = []
    for (let turn = 0; turn < 4; turn += 1) {
      codes.push(
        await cluster.get(reference, context).then(
          () => 'ok',
          (error: MendkitError) => error.status,
        ),
      )
    }
    expect(codes).toEqual(['ok', 503, 503, 'ok'])
    const takeBack = cluster.inject({ fault: 500, times: 100 })
    takeBack()
    await cluster.get(reference, context)
  })

  test('can tell dry runs from real requests', async () => {
    const cluster = rolledOut({ behaviour: 'healthy' })
    cluster.inject({ on: 'patch', dryRun: false, fault: 'cut-after' })
    const patch = { type: 'merge', document: { spec: { replicas: 5 } } } as const
    await cluster.patch(reference, patch, { dryRun: true }, context)
    await expect(cluster.patch(reference, patch, {}, context)).rejects.toMatchObject({ code: 'unavailable' })
    expect(cluster.find(reference)?.['spec']).toMatchObject({ replicas: 5 })
  })

  test('a Deployment that is made anew rolls out although a ReplicaSet of the old one has its name', async () => {
    const cluster = simulatedCluster()
    cluster.apply(web('v1'))
    cluster.settle()
    const { uid } = cluster.recreate(reference).metadata
    cluster.settle()
    const owners = cluster
      .all('apps/v1', 'ReplicaSet', 'shop')
      .map(({ metadata }) => metadata.ownerReferences?.[0]?.uid)
    expect(owners).toEqual([uid])
    expect(podsOf(cluster).map(({ ready }) => ready)).toEqual([true, true, true, true])
  })

  test('recreated gives the same object another UID', async () => {
    const cluster = rolledOut({ behaviour: 'healthy' })
    const { uid } = (await cluster.get(reference, context)).metadata
    cluster.inject({ on: 'get', fault: 'recreated' })
    const again = await cluster.get(reference, context)
    expect(again.metadata.uid).not.toBe(uid)
    expect(again['spec']).toEqual(cluster.find(reference)?.['spec'])
  })

  test('a hanging request ends with its abort', async () => {
    const cluster = simulatedCluster()
    cluster.inject({ fault: 'hang' })
    const stop = new AbortController()
    const running = cluster.list({ apiVersion: 'v1', kind: 'Pod' }, callContext({ signal: stop.signal }))
    const reason = new Error('enough')
    stop.abort(reason)
    await expect(running).rejects.toBe(reason)
  })
})

describe('the audit log', () => {
  test('tells effects from fences, events, dry runs and refusals', async () => {
    const cluster = rolledOut({ behaviour: 'healthy' })
    const annotate = (key: string) =>
      ({ type: 'merge', document: { metadata: { annotations: { [key]: '1' } } } }) as const
    const { uid } = cluster.find(reference)?.metadata ?? { uid: '' }
    await cluster.patch(reference, annotate('mendkit.dev/fence'), {}, context)
    await cluster.patch(reference, annotate('mendkit.dev/execution'), { executionId: 'exe_1' }, context)
    await cluster.patch(reference, annotate('mendkit.dev/execution'), { executionId: 'exe_2' }, context)
    await cluster.patch(reference, annotate('else'), { dryRun: true, executionId: 'exe_3' }, context)
    const about = { ...reference, uid }
    const event = {
      name: 'web.1',
      about,
      type: 'Normal',
      reason: 'Said',
      message: '',
      at: '2026-01-01T00:00:00Z',
    } as const
    await cluster.createEvent(event, {}, context)
    await expect(cluster.delete(reference, { uid: 'other' }, { executionId: 'exe_4' }, context)).rejects.toThrow()
    const writes = cluster.requests().filter(({ verb }) => verb !== 'get')
    expect(writes.map(({ did }) => did)).toEqual(['fence', 'effect', 'nothing', 'nothing', 'event', 'nothing'])
    expect(cluster.effects().map(({ executionId }) => executionId)).toEqual(['exe_1'])
    expect(cluster.effects('exe_2')).toEqual([])
  })
})

describe('credentials', () => {
  test('allow what their rules say, in their namespaces', async () => {
    const cluster = rolledOut({ behaviour: 'healthy' })
    const rules = [
      { apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
    ]
    const client = cluster.as({ name: 'bot', rules, namespaces: ['shop'] })
    await client.get(reference, context)
    await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'shop' }, context)
    for (const refused of [
      client.get({ ...reference, namespace: 'other' }, context),
      client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'other' }, context),
      client.list({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop' }, context),
      client.delete(reference, { uid: 'x' }, {}, context),
    ]) {
      await expect(refused).rejects.toMatchObject({ code: 'rejected', status: 403 })
    }
    expect((await client.describe(context)).user).toBe('bot')
  })
})
