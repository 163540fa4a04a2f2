import { type ActionSubject, actionContract, holdsTo, simulatedCluster } from '@mendkit/testkit'
import { test } from 'vitest'
import { catalogueCases, failedJob, failure, job, played, rerunSkips } from './catalogue-cases.ts'
import {
  actionOf,
  askFor,
  badRollout,
  checkout,
  deployment,
  healthy,
  integrationOn,
  podResource,
  podsOf,
  replicaSetOf,
} from './scene.ts'

holdsTo(test, 'kubernetes.rollout-undo', actionContract, async (): Promise<ActionSubject> => {
  const cluster = badRollout()
  return {
    action: actionOf('kubernetes.rollout-undo', integrationOn(cluster)),
    input: askFor(cluster, { replicaSet: replicaSetOf(cluster, 1) }),
    refused: { revision: 1 },
    effects: () => cluster.effects().length,
    disturb: () => void cluster.apply(checkout('shop/checkout:v2', { replicas: 4 })),
    remove: () => cluster.remove(deployment),
    overload: () => void cluster.inject({ on: 'patch', fault: 429, dryRun: false }),
  }
})

for (const [type, verb] of [
  ['kubernetes.evict-pod', 'evict'],
  ['kubernetes.delete-pod', 'delete'],
] as const) {
  holdsTo(
    test,
    type,
    actionContract,
    async (): Promise<ActionSubject> => {
      const cluster = healthy()
      const [pod] = podsOf(cluster)
      if (pod === undefined) throw new Error('no pod')
      const { name, namespace, labels } = pod.metadata
      const metadata = { name, namespace: String(namespace), labels: { ...labels, seen: 'yes' } }
      return {
        action: actionOf(type, integrationOn(cluster)),
        input: askFor(cluster, {}, podResource(pod)),
        refused: { gracePeriodSeconds: 0 },
        effects: () => cluster.effects().length,
        disturb: () => void cluster.apply({ ...pod, metadata }),
        remove: () => cluster.remove({ apiVersion: 'v1', kind: 'Pod', ...metadata }),
        overload: () => void cluster.inject({ on: verb, fault: 'refused', dryRun: false }),
        removes: true,
      }
    },
    {
      'restores what was before when before and after are swapped under a fresh guard':
        'a pod that is gone does not come back; its controller has made another, and an undo calls a person',
    },
  )
}

holdsTo(
  test,
  'kubernetes.delete-job',
  actionContract,
  async (): Promise<ActionSubject> => {
    const cluster = simulatedCluster()
    const made = cluster.apply(job([{ type: 'Complete', status: 'True' }]))
    const { name, uid } = made.metadata
    const reference = { apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name }
    return {
      action: actionOf('kubernetes.delete-job', integrationOn(cluster)),
      input: askFor(cluster, {}, { cluster: 'test', ...reference, uid }),
      refused: { unfinished: 'yes' },
      effects: () => cluster.effects().length,
      disturb: () => void cluster.apply(job([], { labels: { seen: 'yes' } })),
      remove: () => cluster.remove(reference),
      overload: () => void cluster.inject({ on: 'delete', fault: 429, dryRun: false }),
      removes: true,
    }
  },
  { 'restores what was before when before and after are swapped under a fresh guard': 'it is irreversible' },
)

holdsTo(
  test,
  'kubernetes.rerun-job',
  actionContract,
  async (): Promise<ActionSubject> => {
    const cluster = failedJob()
    const target = { cluster: 'test', apiVersion: 'batch/v1', kind: 'Job', namespace: 'shop', name: 'checkout' }
    return {
      action: actionOf('kubernetes.rerun-job', integrationOn(cluster)),
      input: askFor(cluster, {}, target),
      refused: { times: 2 },
      effects: () => cluster.effects().length,
      disturb: () => void cluster.apply(job([failure], { labels: { seen: 'yes' } })),
      remove: () => cluster.remove(target),
      overload: () => void cluster.inject({ on: 'create', fault: 429, dryRun: false }),
    }
  },
  rerunSkips,
)

for (const each of catalogueCases) {
  holdsTo(
    test,
    `${each.type} on a ${each.kind} (${JSON.stringify(each.params) ?? 'back'})`,
    actionContract,
    async (): Promise<ActionSubject> => {
      const { cluster, action, input, reference, change } = played(each)
      return {
        action,
        input,
        refused: each.refused,
        effects: () => cluster.effects().length,
        disturb: () => change({ labels: { app: 'checkout', seen: 'yes' } }),
        remove: () => cluster.remove(reference),
        overload: () => void cluster.inject({ on: 'patch', fault: 429, dryRun: false }),
      }
    },
    each.irreversible
      ? { 'restores what was before when before and after are swapped under a fresh guard': 'it is irreversible' }
      : {},
  )
}
