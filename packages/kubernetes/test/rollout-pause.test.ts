import { expect, test } from 'vitest'
import {
  actionOf,
  askFor,
  badRollout,
  checkout,
  context,
  deployment,
  effectOf,
  healthOf,
  healthy,
  integrationOn,
  podsOf,
} from './scene.ts'

const PAUSE = 'kubernetes.rollout-pause'
const RESUME = 'kubernetes.rollout-resume'

async function carriedOut(cluster: ReturnType<typeof healthy>, type: string) {
  const action = actionOf(type, integrationOn(cluster))
  const input = askFor(cluster, {})
  const shown = await action.preview(input, context)
  await action.execute(effectOf(input, shown), context)
  cluster.settle()
  return shown
}

test('a paused Deployment leaves its pods as they are when its template changes, and is healthy so', async () => {
  const cluster = healthy()
  const shown = await carriedOut(cluster, PAUSE)
  expect(shown).toMatchObject({
    risk: 'low',
    blastRadius: { replicas: 0 },
    diff: expect.stringContaining('spec.paused: (absent) → true'),
  })
  const before = podsOf(cluster).map(({ metadata }) => metadata.uid)
  cluster.apply(checkout('shop/checkout:v2', { paused: true }))
  cluster.settle()
  expect(podsOf(cluster).map(({ metadata }) => metadata.uid)).toEqual(before)
  expect(await healthOf(cluster)).toMatchObject({ verdict: 'good', because: expect.stringMatching(/paused$/) })
})

test('resuming rolls out what waits, says how much that is, and binds the approval to it', async () => {
  const cluster = healthy()
  await carriedOut(cluster, PAUSE)
  const action = actionOf(RESUME, integrationOn(cluster))
  const input = askFor(cluster, {})
  expect(await action.preview(input, context)).toMatchObject({ risk: 'low', blastRadius: { replicas: 0 } })
  cluster.apply(checkout('shop/checkout:v2', { paused: true }))
  cluster.settle()
  const first = await action.preview(input, context)
  expect(first).toMatchObject({ risk: 'medium', blastRadius: { replicas: 1 } })
  expect(first.diff).toContain('3 of 3 pods are still to be replaced')
  cluster.apply(checkout('shop/checkout:v3', { paused: true }))
  cluster.settle()
  expect((await action.preview(input, context)).approvalFields).not.toEqual(first.approvalFields)
  await carriedOut(cluster, RESUME)
  expect(JSON.stringify(podsOf(cluster))).not.toContain('shop/checkout:v1')
  expect(await healthOf(cluster)).toMatchObject({ verdict: 'good' })
})

test('pausing a rollout that crashes does not make it healthy', async () => {
  const cluster = badRollout()
  await carriedOut(cluster, PAUSE)
  expect(await healthOf(cluster)).toMatchObject({ verdict: 'bad' })
})

test.each([
  [PAUSE, false, 'MendkitRolloutResume'],
  [RESUME, true, 'MendkitRolloutPause'],
])('the undo of %s says what it did, not what it took back', async (type, paused, reason) => {
  const cluster = healthy()
  cluster.apply(checkout('shop/checkout:v1', { paused: !paused }))
  const action = actionOf(type, integrationOn(cluster))
  const input = askFor(cluster, {})
  const effect = effectOf(input, { ...(await action.preview(input, context)), after: { paused } })
  await action.execute(effect, context)
  await action.announce?.(effect, context)
  expect(cluster.all('v1', 'Event', 'shop').map((event) => event['reason'])).toContain(reason)
  expect(cluster.find(deployment)?.['spec']).toEqual(
    paused ? expect.objectContaining({ paused }) : expect.not.objectContaining({ paused: true }),
  )
})
