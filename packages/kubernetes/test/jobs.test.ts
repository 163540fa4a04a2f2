import { type SimulatedCluster, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { cronJob, job } from './catalogue-cases.ts'
import { actionOf, askFor, context, effectOf, integrationOn, podsOf, resourceAt } from './scene.ts'

const failed = { type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }
const complete = { type: 'Complete', status: 'True' }
const jobResource = { ...resourceAt(), apiVersion: 'batch/v1', kind: 'Job' }

function sceneOn(cluster: SimulatedCluster, params: object = {}) {
  const action = actionOf('kubernetes.delete-job', integrationOn(cluster))
  const input = askFor(cluster, params as Readonly<Record<string, boolean>>, jobResource)
  return { cluster, action, input, preview: () => action.preview(input, context) }
}

function withJob(...made: Parameters<typeof job>): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.apply(job(...made))
  return cluster
}

describe('a Job', () => {
  test.each([
    ['failed', failed, 'failed (BackoffLimitExceeded)'],
    ['completed', complete, 'complete'],
  ])('that %s is deleted, with the pods that it made', async (_, condition, state) => {
    const { cluster, action, input, preview } = sceneOn(withJob([condition]))
    const uid = cluster.find({ ...jobResource, namespace: 'shop' })?.metadata.uid ?? ''
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'checkout', uid, controller: true }]
    const spec = { containers: [{ name: 'app', image: 'x:1' }] }
    cluster.apply({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'one', namespace: 'shop', ownerReferences },
      spec,
    })
    cluster.settle()
    const shown = await preview()
    expect(shown).toMatchObject({ dryRun: 'done', doubts: [], blastRadius: { replicas: 0 } })
    expect([shown.refused, shown.risk]).toEqual([undefined, undefined])
    expect(shown.diff).toContain(`Job checkout: ${state} → deleted`)
    expect(cluster.effects()).toEqual([])
    await action.execute(effectOf(input, shown), context)
    cluster.settle()
    expect(podsOf(cluster)).toEqual([])
  })

  test('that has not ended is refused, unless the parameters say otherwise: then the risk is high', async () => {
    const going = withJob([{ ...failed, status: 'False' }], {}, { active: 2 })
    expect(await sceneOn(going).preview()).toMatchObject({
      refused: expect.stringMatching(/neither completed nor failed \(2 pods are active\)/),
      dryRun: 'none',
    })
    const shown = await sceneOn(going, { unfinished: true }).preview()
    expect(shown).toMatchObject({ risk: 'high', blastRadius: { replicas: 2 } })
    expect(shown.refused).toBeUndefined()
  })

  test('that ends after its deletion was approved is another one', async () => {
    const { cluster, preview } = sceneOn(withJob([], {}), { unfinished: true })
    const { approvalFields } = await preview()
    cluster.remove({ ...jobResource, namespace: 'shop' })
    cluster.apply(job([failed]))
    expect((await preview()).approvalFields).not.toEqual(approvalFields)
  })

  test('of a CronJob is deleted, and one of an operator is refused', async () => {
    const cluster = simulatedCluster()
    const { uid } = cluster.apply(cronJob({ annotations: { 'mendkit.dev/autonomy': 'approve' } })).metadata
    const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid, controller: true }
    cluster.apply(job([failed], { ownerReferences: [owner] }))
    const shown = await sceneOn(cluster).preview()
    expect(shown.refused).toBeUndefined()
    expect(shown).toMatchObject({ autonomyLimit: 'approve', lockKeys: { length: 2 } })
    expect(shown.blastRadius?.resources.map(({ kind }) => kind)).toEqual(['Job', 'CronJob'])
    const other = withJob([failed], { ownerReferences: [{ ...owner, apiVersion: 'x/v1', kind: 'Pipeline' }] })
    expect((await sceneOn(other).preview()).refused).toMatch(/operator \(Pipeline checkout\)/)
  })

  test('is refused in a system namespace, when it is going, and when Argo CD keeps it', async () => {
    const { action, input } = sceneOn(withJob([failed]))
    const target = { ...input.target, namespace: 'kube-system' }
    expect((await action.preview({ ...input, target }, context)).refused).toMatch(/system namespace/)
    const kept = withJob([failed], { annotations: { 'argocd.argoproj.io/tracking-id': 'x' } })
    expect((await sceneOn(kept).preview()).refused).toMatch(/argo-cd/)
    const going = withJob([failed], { deletionTimestamp: '2026-01-01T00:00:00Z' })
    expect((await sceneOn(going).preview()).refused).toMatch(/on its way out/)
  })

  test('is neither claimed nor denied when the answer was lost, and leaves one Event', async () => {
    const { cluster, action, input, preview } = sceneOn(withJob([failed]))
    const effect = effectOf(input, await preview())
    cluster.inject({ on: 'delete', fault: 'cut-after' })
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'unavailable' })
    expect(await action.observe(effect, context)).toBe('gone')
    await action.announce?.(effect, context)
    await action.announce?.(effect, context)
    expect(cluster.all('v1', 'Event', 'shop').map((event) => event['reason'])).toEqual(['MendkitDeleteJob'])
  })
})

test('a CronJob that is suspended already is so', async () => {
  const cluster = simulatedCluster()
  const manifest = cronJob()
  cluster.apply({ ...manifest, spec: { ...(manifest['spec'] as object), suspend: true } })
  const input = askFor(cluster, {}, { ...resourceAt(), apiVersion: 'batch/v1', kind: 'CronJob' })
  const shown = await actionOf('kubernetes.suspend-cronjob', integrationOn(cluster)).preview(input, context)
  expect(shown).toMatchObject({ alreadySo: true, dryRun: 'none', blastRadius: { replicas: 0 } })
})
