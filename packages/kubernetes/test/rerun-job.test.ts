import { type SimulatedCluster, type SimulatedObject, simulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { cronJob, failedJob, failure, job } from './catalogue-cases.ts'
import { actionOf, askFor, context, effectOf, incidentAt, integrationOn, resourceAt } from './scene.ts'

const TYPE = 'kubernetes.rerun-job'
const target = { ...resourceAt(), apiVersion: 'batch/v1', kind: 'Job' }
const GENERATED = ['controller-uid', 'job-name', 'batch.kubernetes.io/controller-uid', 'batch.kubernetes.io/job-name']

function withJob(...made: Parameters<typeof job>): SimulatedCluster {
  const cluster = simulatedCluster()
  cluster.apply(job(...made))
  return cluster
}

/** A failed Job of the CronJob `checkout`, which is as told. */
function scheduled(spec: object = {}, status: object = {}, metadata: object = {}): SimulatedCluster {
  const cluster = simulatedCluster()
  const manifest = cronJob(metadata)
  const made = cluster.apply({ ...manifest, spec: { ...(manifest['spec'] as object), ...spec }, status })
  const owner = { apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid: made.metadata.uid }
  const ownerReferences = [{ ...owner, controller: true, blockOwnerDeletion: true }]
  cluster.apply(
    job([failure], { ownerReferences, annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': 'x' } }),
  )
  return cluster
}

function sceneOn(cluster: SimulatedCluster, options: object = {}) {
  const action = actionOf(TYPE, integrationOn(cluster, options))
  const input = askFor(cluster, {}, target)
  const others = () => cluster.all('batch/v1', 'Job', 'shop').filter(({ metadata }) => metadata.name !== 'checkout')
  return { cluster, action, input, others, preview: () => action.preview(input, context) }
}

function podLabelsOf(object: SimulatedObject | undefined): Readonly<Record<string, string>> {
  const spec = object?.['spec'] as { template: { metadata: { labels: Record<string, string> } } } | undefined
  return spec?.template.metadata.labels ?? {}
}

/** A Job's spec without what the API server generates. */
function specOf(object: SimulatedObject | undefined): object {
  if (object === undefined) throw new Error('no Job')
  const { selector: _, template, ...spec } = object['spec'] as { selector: unknown; template: object }
  const kept = Object.entries(podLabelsOf(object)).filter(([key]) => !GENERATED.includes(key))
  return { ...spec, template: { ...template, metadata: Object.fromEntries(kept) } }
}

describe('a failed Job', () => {
  test('is run again as another one of the same template, and stays what it is', async () => {
    const { cluster, action, input, others, preview } = sceneOn(failedJob({ labels: { app: 'checkout' } }))
    const old = cluster.find({ ...target, namespace: 'shop' })
    const shown = await preview()
    expect(shown).toMatchObject({ dryRun: 'done', doubts: [], alreadySo: false, blastRadius: { replicas: 1 } })
    expect([shown.refused, action.risk, action.invalidate === undefined]).toEqual([undefined, 'high', true])
    expect(others()).toEqual([])
    await action.execute(effectOf(input, shown), context)
    const [made] = others()
    const { name = '', labels, annotations, ownerReferences } = made?.metadata ?? {}
    expect(name).toMatch(/^checkout-again-[0-9a-f]{8}$/)
    expect(shown.diff).toBe(
      `Job checkout: failed (BackoffLimitExceeded) → run again as Job ${name}; what it did before it failed is done again`,
    )
    expect([labels, ownerReferences]).toEqual([{ app: 'checkout' }, undefined])
    expect(annotations).toEqual({ 'mendkit.dev/execution': 'exe_1' })
    expect(podLabelsOf(made)).toMatchObject({ app: 'checkout', 'job-name': name, 'controller-uid': made?.metadata.uid })
    expect(specOf(made)).toEqual(specOf(old))
    expect(cluster.find({ ...target, namespace: 'shop' })).toEqual(old)
  })

  test('is run again once: whoever tries again, for whichever plan, is refused, and has no effect', async () => {
    const { cluster, action, input, others, preview } = sceneOn(failedJob())
    const shown = await preview()
    await action.execute(effectOf(input, shown), context)
    const again = { ...input, executionId: 'exe_2' }
    expect(await action.preview(again, context)).toMatchObject({
      alreadySo: true,
      refused: expect.stringMatching(/run again already/),
    })
    // The other plan was previewed before, and comes late.
    await expect(action.execute(effectOf(again, shown), context)).rejects.toMatchObject({ code: 'conflict' })
    expect(await action.observe(effectOf(again, shown), context)).toBe('unknown')
    // The same one, sent twice, has its effect once and says so.
    await action.execute(effectOf(input, shown), context)
    expect([others().length, cluster.effects().length]).toEqual([1, 1])
  })

  test('that was run again and failed again is run again under its own name', async () => {
    const { cluster, action, input, others, preview } = sceneOn(failedJob())
    await action.execute(effectOf(input, await preview()), context)
    const [second] = others()
    const { name = '' } = second?.metadata ?? {}
    cluster.remove({ ...target, namespace: 'shop', name })
    cluster.apply(job([failure], { name }))
    const next = askFor(cluster, {}, { ...target, name })
    const shown = await action.preview(next, context)
    const { again } = shown.after as { again: string }
    expect(again).toMatch(/^checkout-again-[0-9a-f]{8}$/)
    expect(again).not.toBe(name)
  })

  test('with a long name gets one that its pods can carry as a label', async () => {
    const name = `nightly-${'x'.repeat(28)}-${'y'.repeat(20)}`
    const cluster = withJob([failure], { name })
    const shown = await actionOf(TYPE, integrationOn(cluster)).preview(
      askFor(cluster, {}, { ...target, name }),
      context,
    )
    const { again } = shown.after as { again: string }
    expect(again.length).toBeLessThanOrEqual(52)
    expect(again).toMatch(/^nightly-x{28}-again-[0-9a-f]{8}$/)
  })

  test('loses what others wrote for it alone, and keeps what its owners say', async () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'meta.helm.sh/release-name': 'checkout',
      'mendkit.dev/fence': '3 exe_0',
      'mendkit.dev/execution': 'exe_0',
      'mendkit.dev/autonomy': 'approve',
      'example.dev/owner': 'shop',
    }
    const labels = { 'app.kubernetes.io/managed-by': 'Helm', 'job-name': 'checkout', team: 'shop' }
    const { action, input, others, preview } = sceneOn(withJob([failure], { annotations, labels }))
    const shown = await preview()
    expect(shown).toMatchObject({ autonomyLimit: 'approve', managedBy: ['helm', 'kubectl'] })
    await action.execute(effectOf(input, shown), context)
    expect(others()[0]?.metadata.labels).toEqual({ team: 'shop' })
    expect(others()[0]?.metadata.annotations).toEqual({
      'mendkit.dev/autonomy': 'approve',
      'example.dev/owner': 'shop',
      'mendkit.dev/execution': 'exe_1',
    })
  })

  test('that changes under an approval needs another one, and its secrets stay where they are', async () => {
    const { cluster, preview } = sceneOn(failedJob())
    const { approvalFields, diff } = await preview()
    cluster.apply({ ...job([failure], { labels: { seen: 'yes' } }) })
    expect((await preview()).approvalFields).toEqual(approvalFields)
    const env = [{ name: 'TOKEN', value: 'hunter2' }]
    const spec = { containers: [{ name: 'app', image: 'shop/checkout:v1', env }], restartPolicy: 'Never' }
    cluster.apply({ ...job([failure]), spec: { backoffLimit: 0, template: { spec } } })
    const changed = await preview()
    expect(changed.approvalFields).not.toEqual(approvalFields)
    expect(JSON.stringify([changed, diff])).not.toContain('hunter2')
  })
})

describe('a failed Job of a CronJob', () => {
  test('leads to one that the CronJob counts as its own, as kubectl makes it, and locks them both', async () => {
    const { cluster, action, input, others, preview } = sceneOn(scheduled())
    const shown = await preview()
    expect(shown.refused).toBeUndefined()
    expect(shown).toMatchObject({ managedBy: expect.not.arrayContaining(['operator']), lockKeys: { length: 2 } })
    expect(shown.blastRadius?.resources.map(({ kind }) => kind)).toEqual(['Job', 'Job', 'CronJob'])
    await action.execute(effectOf(input, shown), context)
    const { uid } = cluster.find({ ...target, kind: 'CronJob', namespace: 'shop' })?.metadata ?? {}
    const [{ metadata } = { metadata: undefined }] = others()
    expect(metadata?.ownerReferences).toEqual([
      { apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid, controller: true },
    ])
    expect(metadata?.annotations).toEqual({
      'cronjob.kubernetes.io/instantiate': 'manual',
      'mendkit.dev/execution': 'exe_1',
    })
  })

  test('is refused while another runs, unless the CronJob lets Jobs run beside each other', async () => {
    const status = { active: [{ name: 'checkout-2' }] }
    for (const concurrencyPolicy of ['Forbid', 'Replace']) {
      const { refused } = await sceneOn(scheduled({ concurrencyPolicy }, status)).preview()
      expect(refused).toMatch(/no two Jobs run at once, and checkout-2 runs/)
      expect((await sceneOn(scheduled({ concurrencyPolicy })).preview()).refused).toBeUndefined()
    }
    expect((await sceneOn(scheduled({}, status)).preview()).refused).toBeUndefined()
  })

  test('says when the CronJob has changed, succeeded since or was suspended, and is refused when it is gone', async () => {
    const spec = { restartPolicy: 'Never', containers: [{ name: 'app', image: 'shop/checkout:v2' }] }
    const jobTemplate = { spec: { template: { metadata: { labels: { app: 'checkout' } }, spec } } }
    const cluster = scheduled({ jobTemplate, suspend: true }, { lastSuccessfulTime: '2030-01-01T00:00:00Z' })
    expect((await sceneOn(cluster).preview()).diff?.split('\n').slice(1)).toEqual([
      'CronJob checkout has another template by now; this runs the one of then',
      'a Job of CronJob checkout has completed since',
      'CronJob checkout is suspended',
    ])
    expect((await sceneOn(scheduled()).preview()).diff).not.toMatch(/\n/)
    cluster.remove({ ...target, kind: 'CronJob', namespace: 'shop' })
    cluster.apply(
      job([failure], {
        ownerReferences: [{ apiVersion: 'batch/v1', kind: 'CronJob', name: 'checkout', uid: 'gone', controller: true }],
      }),
    )
    expect((await sceneOn(cluster).preview()).refused).toBe('its CronJob checkout is gone')
  })

  test('hears what is said on the CronJob, and doubts when nobody may read it', async () => {
    const cluster = scheduled({}, {}, { annotations: { 'mendkit.dev/autonomy': 'suggest' } })
    expect(await sceneOn(cluster).preview()).toMatchObject({ autonomyLimit: 'suggest' })
    cluster.inject({ on: 'get', kind: 'CronJob', fault: 403 })
    expect(await sceneOn(cluster).preview()).toMatchObject({ doubts: ['owner-unreadable'], dryRun: 'done' })
  })
})

describe('refused is', () => {
  test.each([
    ['a Job that has not ended', () => withJob([], {}, { active: 2 }), /neither completed nor failed \(2 pods/],
    [
      'one that completed',
      () => withJob([{ type: 'Complete', status: 'True' }]),
      /has completed; only one that failed/,
    ],
    ['one on its way out', () => withJob([failure], { deletionTimestamp: '2026-01-01T00:00:00Z' }), /on its way out/],
    [
      'one of an operator',
      () =>
        withJob([failure], {
          ownerReferences: [{ apiVersion: 'x/v1', kind: 'Pipeline', name: 'p', uid: 'u', controller: true }],
        }),
      /operator \(Pipeline p\)/,
    ],
    [
      'one that Argo CD keeps',
      () => withJob([failure], { annotations: { 'argocd.argoproj.io/tracking-id': 'x' } }),
      /argo-cd/,
    ],
  ] as const)('%s', async (_, cluster, because) => {
    expect(await sceneOn(cluster()).preview()).toMatchObject({
      refused: expect.stringMatching(because),
      dryRun: 'none',
    })
  })

  test('one whose selector was chosen by hand, one with more pods at once than allowed, and one of the system', async () => {
    const withSpec = (spec: object) => {
      const manifest = job([failure])
      const cluster = simulatedCluster()
      cluster.apply({ ...manifest, spec: { ...(manifest['spec'] as object), ...spec } })
      return cluster
    }
    const byHand = withSpec({ manualSelector: true, selector: { matchLabels: { app: 'checkout' } } })
    expect((await sceneOn(byHand).preview()).refused).toMatch(/chosen by hand/)
    const wide = withSpec({ parallelism: 7 })
    expect((await sceneOn(wide, { maxReplicas: 6 }).preview()).refused).toMatch(/7 pods at once, and maxReplicas is 6/)
    expect(await sceneOn(wide, { maxReplicas: 7 }).preview()).toMatchObject({
      blastRadius: { replicas: 7 },
      dryRun: 'done',
    })
    expect(
      (await sceneOn(withSpec({ parallelism: 7, completions: 2 }), { maxReplicas: 6 }).preview()).refused,
    ).toBeUndefined()
    const { action, input } = sceneOn(failedJob())
    const system = { ...input, target: { ...input.target, namespace: 'kube-system' } }
    expect((await action.preview(system, context)).refused).toMatch(/system namespace/)
  })

  test('what the API server would not make, in its words', async () => {
    const { cluster, preview } = sceneOn(failedJob())
    cluster.inject({ on: 'create', kind: 'Job', fault: 422 })
    expect((await preview()).refused).toMatch(/422 Invalid/)
    cluster.inject({ on: 'create', kind: 'Job', fault: 403 })
    expect(await preview()).toMatchObject({ dryRun: 'not-permitted' })
  })
})

test('whatever has changed of the failed Job since its preview, it is not run again blindly', async () => {
  const { cluster, action, input, preview } = sceneOn(failedJob())
  const effect = effectOf(input, await preview())
  cluster.apply(job([failure], { labels: { seen: 'yes' } }))
  await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
  const fresh = effectOf(input, await preview())
  cluster.inject({ on: 'create', fault: 429 })
  await expect(action.execute(fresh, context)).rejects.toMatchObject({ code: 'unavailable', effect: 'none' })
  expect(cluster.effects()).toEqual([])
})

test('a Job that was suspended after it failed runs when it is run again, and another of its name is another one', async () => {
  const manifest = job([failure])
  const cluster = simulatedCluster()
  cluster.apply({ ...manifest, spec: { ...(manifest['spec'] as object), suspend: true } })
  const { action, input, others, preview } = sceneOn(cluster)
  await action.execute(effectOf(input, await preview()), context)
  expect(others()[0]?.['spec']).not.toHaveProperty('suspend')
  cluster.remove({ ...target, namespace: 'shop' })
  cluster.apply(job([failure]))
  expect(await preview()).toMatchObject({ dryRun: 'done', alreadySo: false })
})

describe('when the answer is lost', () => {
  test('the new Job proves that it was made; without it nobody claims that it never will be', async () => {
    for (const [fault, seen] of [
      ['cut-after', 'applied'],
      ['cut-before', 'not-applied'],
    ] as const) {
      const { cluster, action, input, preview } = sceneOn(failedJob())
      const effect = effectOf(input, await preview())
      cluster.inject({ on: 'create', fault })
      await expect(action.execute(effect, context)).rejects.not.toHaveProperty('effect', 'none')
      expect(await action.observe(effect, context)).toBe(seen)
    }
  })

  test('and the failed Job is cleared away, only the new one tells', async () => {
    const { cluster, action, input, preview } = sceneOn(failedJob())
    const effect = effectOf(input, await preview())
    const rest = { ...target, namespace: 'shop' }
    cluster.recreate(rest)
    expect(await action.observe(effect, context)).toBe('unknown')
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    cluster.remove(rest)
    expect(await action.observe(effect, context)).toBe('unknown')
    await expect(action.execute(effect, context)).rejects.toMatchObject({ code: 'conflict' })
    expect(cluster.effects()).toEqual([])
    const done = sceneOn(failedJob())
    const made = effectOf(done.input, await done.preview())
    await done.action.execute(made, context)
    done.cluster.remove(rest)
    expect(await done.action.observe(made, context)).toBe('applied')
  })
})

test('one Event on the failed Job names the new one', async () => {
  const { cluster, action, input, others, preview } = sceneOn(failedJob())
  const effect = effectOf(input, await preview())
  await action.execute(effect, context)
  await action.announce?.(effect, context)
  await action.announce?.(effect, context)
  const said = cluster.all('v1', 'Event', 'shop').map((event) => [event['reason'], event['message']])
  expect(said).toEqual([['MendkitRerunJob', expect.stringContaining(`Run again as Job ${others()[0]?.metadata.name}`)]])
})

describe('the health of a Job', () => {
  async function healthOf(cluster: SimulatedCluster, uid?: string) {
    const checks = integrationOn(cluster, { namespaces: ['shop'] }).checks ?? []
    const question = { incident: incidentAt(0), target: { ...target, labels: {}, ...(uid && { uid }) }, symptoms: [] }
    const [check, ...others] = checks.filter((each) => each.applies(question))
    expect(others).toEqual([])
    return (await check?.check(question, context))?.verdict
  }

  test('is how it ended, is not known before, and it is well once it is cleared away', async () => {
    const uidOf = (cluster: SimulatedCluster) => cluster.find({ ...target, namespace: 'shop' })?.metadata.uid
    const failed = failedJob()
    expect(await healthOf(failed, uidOf(failed))).toBe('bad')
    expect(await healthOf(withJob([{ type: 'Complete', status: 'True' }]))).toBe('good')
    expect(await healthOf(withJob([]))).toBe('unknown')
    const uid = uidOf(failed)
    failed.recreate({ ...target, namespace: 'shop' })
    expect(await healthOf(failed, uid)).toBe('good')
    failed.remove({ ...target, namespace: 'shop' })
    expect(await healthOf(failed, uid)).toBe('good')
  })

  test('is that of the Job that it was run again as, also once the failed one is gone', async () => {
    const { cluster, action, input, others, preview } = sceneOn(failedJob())
    const shown = await preview()
    await action.execute(effectOf(input, shown), context)
    const uid = shown.target?.uid
    expect(await healthOf(cluster, uid)).toBe('unknown')
    const { name = '' } = others()[0]?.metadata ?? {}
    const ended = (type: string) => {
      cluster.remove({ ...target, namespace: 'shop', name })
      cluster.apply(job([{ type, status: 'True' }], { name }))
      return healthOf(cluster, uid)
    }
    expect([await ended('Failed'), await ended('Complete')]).toEqual(['bad', 'good'])
    cluster.remove({ ...target, namespace: 'shop' })
    expect(await healthOf(cluster, uid)).toBe('good')
    expect(await ended('Failed')).toBe('bad')
  })
})
