import assert from 'node:assert/strict'
import { MendkitError } from '@mendkit/core'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import {
  assertFailure,
  type ClientSubject,
  eventually,
  exampleDeployment,
  failsWith,
  retried,
  withDeployment,
} from './contract-subject.ts'
import type { SimulatedObject } from './shapes.ts'

/** Clauses on evictions, and on what a cluster's own controllers do. */
export const podClauses: Contract<ClientSubject> = [
  {
    says: 'evicts a pod only with the UID and version that were meant, and not in a dry run',
    async check(make) {
      const { subject } = await withDeployment(make)
      const [pod] = await readyPods(subject, 1)
      assert.ok(pod)
      const where = { namespace: subject.namespace, name: pod.metadata.name }
      const { uid, resourceVersion } = pod.metadata
      const evict = (preconditions: { uid: string; resourceVersion: string }, dryRun: boolean) =>
        subject.client.evict(where, preconditions, { dryRun }, callContext())
      await failsWith(evict({ uid, resourceVersion: '1' }, false), {
        code: 'conflict',
        status: 409,
        reason: 'Conflict',
      })
      await evict({ uid, resourceVersion }, true)
      const again = await subject.client.get({ apiVersion: 'v1', kind: 'Pod', ...where }, callContext())
      assert.equal(again.metadata.deletionTimestamp, undefined)
      await retried(async () => {
        const now = await subject.client.get({ apiVersion: 'v1', kind: 'Pod', ...where }, callContext())
        await evict({ uid, resourceVersion: now.metadata.resourceVersion }, false)
      })
      const [successor] = await eventually(subject, async () => {
        const pods = await readyPods(subject, 1)
        return pods[0]?.metadata.uid === uid ? undefined : pods
      })
      assert.notEqual(successor?.metadata.name, pod.metadata.name)
    },
  },
  {
    says: 'answers 429 with the cause DisruptionBudget when a budget forbids an eviction, and nothing happens',
    async check(make) {
      const { subject } = await withDeployment(make)
      const { namespace, client } = subject
      await subject.create({
        apiVersion: 'policy/v1',
        kind: 'PodDisruptionBudget',
        metadata: { name: 'checkout', namespace },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'checkout' } } },
      })
      const [pod] = await readyPods(subject, 1)
      assert.ok(pod)
      const { uid, name } = pod.metadata
      const error = await eventually(subject, () =>
        client.evict({ namespace, name }, { uid }, { dryRun: true }, callContext()).then(
          () => undefined,
          (reason: unknown) => reason as { cause: { causes: { reason: string }[] } },
        ),
      )
      assertFailure(error, { code: 'unavailable', status: 429, reason: 'TooManyRequests' })
      assert.ok(error.cause.causes.some(({ reason }) => reason === 'DisruptionBudget'))
    },
  },
  {
    says: 'answers 500 and says so when more than one budget covers a pod, and nothing happens',
    async check(make) {
      const { subject } = await withDeployment(make)
      const { namespace, client } = subject
      const [pod] = await readyPods(subject, 1)
      assert.ok(pod)
      for (const name of ['first', 'second']) {
        await subject.create({
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name, namespace },
          spec: { maxUnavailable: 1, selector: { matchLabels: { app: 'checkout' } } },
        })
      }
      const { uid, name } = pod.metadata
      const failed = await client
        .evict({ namespace, name }, { uid }, {}, callContext())
        .catch((error: unknown) => error)
      assert.ok(MendkitError.is(failed, 'unavailable'))
      assert.equal(failed.status, 500)
      assert.match(failed.message, /more than one PodDisruptionBudget/)
      const [still] = await readyPods(subject, 1)
      assert.deepEqual([still?.metadata.uid, still?.metadata.deletionTimestamp], [uid, undefined])
    },
  },
  {
    says: 'a Deployment that is resized keeps its pods apart from the new ones',
    async check(make) {
      const subject = await make()
      await subject.create(exampleDeployment(subject.namespace, 'checkout', 2))
      const before = await readyPods(subject, 2)
      const reference = { apiVersion: 'apps/v1', kind: 'Deployment', namespace: subject.namespace, name: 'checkout' }
      await subject.client.patch(reference, { type: 'merge', document: { spec: { replicas: 3 } } }, {}, callContext())
      const after = await readyPods(subject, 3)
      const uids = after.map((pod) => pod.metadata.uid)
      assert.ok(before.every((pod) => uids.includes(pod.metadata.uid)))
    },
  },
]

/** The pods of the namespace, once `count` of them are ready. */
async function readyPods(subject: ClientSubject, count: number): Promise<readonly SimulatedObject[]> {
  const { client, namespace } = subject
  return eventually(subject, async () => {
    const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace }, callContext())
    const ready = items.filter((pod) => {
      const { conditions = [] } = (pod['status'] ?? {}) as { conditions?: { type: string; status: string }[] }
      return conditions.some(({ type, status }) => type === 'Ready' && status === 'True')
    })
    return ready.length === count ? ready : undefined
  })
}
