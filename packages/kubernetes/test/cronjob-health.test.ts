import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { cronJob, job } from './catalogue-cases.ts'
import { context, incidentAt, integrationOn, resourceAt } from './scene.ts'

const target = { ...resourceAt(), apiVersion: 'batch/v1', kind: 'CronJob', labels: {} }
const [before, after] = ['2026-01-01T11:59:59Z', '2026-01-01T12:00:01Z']
const since = Date.parse('2026-01-01T12:00:00Z')
const ended = (type: string, lastTransitionTime: string) => [
  { type, status: 'True', reason: 'BackoffLimitExceeded', lastTransitionTime },
]
const [completed, failed] = [ended('Complete', after), ended('Failed', after)]

/** A CronJob whose Jobs have these conditions, in the order in which it made them. */
function scheduled(suspend: boolean, ...jobs: readonly (readonly object[])[]): SimulatedCluster {
  const cluster = simulatedCluster()
  const manifest = cronJob()
  const { uid } = cluster.apply({ ...manifest, spec: { ...(manifest['spec'] as object), suspend } }).metadata
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid, controller: true }
  for (const [index, conditions] of jobs.entries()) {
    cluster.tick(60_000)
    cluster.apply(job(conditions, { name: `checkout-${9 - index}`, ownerReferences: [owner] }, { active: 1 }))
  }
  return cluster
}

function checkOn(cluster: SimulatedCluster, read = cluster) {
  const check = integrationOn(cluster, { read }).checks?.find(({ id }) => id.includes('cronjob-health'))
  const question = { incident: incidentAt(since), target, symptoms: [], since }
  expect(check?.applies(question)).toBe(true)
  return { check, question }
}

async function healthOf(...given: Parameters<typeof checkOn>) {
  const { check, question } = checkOn(...given)
  return (await check?.check(question, context))?.verdict
}

test.each([
  ['whose newest Job has completed', scheduled(false, failed, completed), 'good'],
  ['whose newest Job has failed', scheduled(false, completed, failed), 'bad'],
  ['whose newest Job still runs', scheduled(false, completed, []), 'unknown'],
  ['whose newest Job had completed before the effect', scheduled(false, ended('Complete', before)), 'unknown'],
  ['whose newest Job had failed before the effect', scheduled(false, ended('Failed', before)), 'unknown'],
  ['that has made no Job', scheduled(false), 'unknown'],
  ['that is suspended, and of whose Jobs none runs', scheduled(true, failed), 'good'],
  ['that is suspended while a Job of it runs', scheduled(true, [], completed), 'unknown'],
])('a CronJob %s', async (_, cluster, verdict) => {
  expect(await healthOf(cluster)).toBe(verdict)
})

test('a CronJob that is gone is bad, and one whose Jobs may not be read is unknown', async () => {
  const cluster = scheduled(false, completed)
  const rules = [{ apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get'] }]
  const blind = cluster.as({ rules })
  expect(await healthOf(cluster, { ...cluster, ...blind })).toBe('unknown')
  cluster.remove({ ...target, namespace: 'shop' })
  expect(await healthOf(cluster)).toBe('bad')
})

test('before an effect what the newest Job did counts, whenever that was', async () => {
  const { check, question } = checkOn(scheduled(false, ended('Failed', before)))
  const { since: _, ...then } = question
  expect(await check?.check(then, context)).toMatchObject({ verdict: 'bad' })
})
