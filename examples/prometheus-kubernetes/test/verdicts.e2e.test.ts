import { alertRules, connectTestbed, waitUntil } from '@mendkit/testbed'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { startHost } from './support/host.ts'
import { imageOf, type Scene, setScene } from './support/scene.ts'
import { approved, inPhase, verdicts } from './support/watch-loop.ts'

const description = inject('testbed')

/** Long enough for the new pods to show what they are, and no diagnosis after the first. */
const settings = {
  correlation: { settleMs: 5_000 },
  diagnosis: { minIntervalMs: 300_000 },
  verification: { deadlineMs: 8_000, soakMs: 2_000, everyMs: 500 },
} as const

describe.skipIf(!description)('a rollback that does not mend (needs servers)', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    if (description) await connectTestbed(description).reloadPrometheus(alertRules())
  })

  test.concurrent('and changes nothing is left as it is, and a person is called', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context, { settings })
    const wish = { strategy: 'Recreate', fault: 'crash' } as const
    await scene.deploy({ ...wish, tag: 'v1' })
    await scene.started('v1')
    await scene.deploy({ ...wish, tag: 'v2' })
    // There is one diagnosis only, so it must not come while no more than v1 can be blamed.
    await waitUntil('both pods of v2 in a crash loop', async () => {
      const { named, waiting } = await scene.pods('v2')
      return named === 2 && waiting.length === 2 && waiting.every((reason) => reason === 'CrashLoopBackOff')
    })
    const host = await startHost(scene.options)
    context.onTestFinished(() => host.stop())
    const { mendkit } = host

    const question = await approved(mendkit)
    // Nobody can prove that v1 ever worked, so that is said to whoever approves.
    expect(question.actions[0]?.doubts).toEqual(['readiness-of-target-unproven'])
    expect(await inPhase(mendkit, 'escalated')).toMatchObject({ reason: 'not-recovered', hadEffect: true })

    const [execution, ...others] = await mendkit.executions.list()
    expect(execution).toMatchObject({ state: 'failed', id: question.actions[0]?.executionId })
    expect(others).toEqual([])
    expect(await scene.image()).toBe(imageOf('v1'))
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    expect(done.effects).toMatchObject([{ resource: 'deployments', executionId: execution?.id }])
    expect(await verdicts(mendkit)).toEqual(['not-recovered'])
    await waitUntil('a page', () => host.notices.some((notice) => notice.urgency === 'page'))
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
  })

  test.concurrent('and makes it worse is undone, and a person is called', async (context) => {
    if (description === undefined) return
    const verification = { ...settings.verification, deadlineMs: 20_000 }
    const scene = await setScene(description, context, { settings: { ...settings, verification } })
    const first = await startHost(scene.options)
    context.onTestFinished(() => first.stop())
    const wish = { replicas: 3, strategy: 'Recreate' } as const
    // A tag of its own, because what can be pulled is the same for all tests.
    await scene.deploy({ ...wish, tag: 'v1-rare' })
    await scene.ready('v1-rare', 3)
    await scene.deploy({ ...wish, tag: 'v2-partial-1-of-3' })
    await inPhase(first.mendkit, 'awaiting-approval')
    await twoOfThreeReady(scene, 'v2-partial-1-of-3')
    await scene.testbed.setUnpullable(imageOf('v1-rare'))
    context.onTestFinished(() => scene.testbed.setUnpullable(imageOf('v1-rare'), false))

    const question = await approved(first.mendkit)
    await inPhase(first.mendkit, 'verifying')
    // No verdict is said before the pods show what they are, however long that takes them.
    await first.stop()
    await waitUntil('no pod of v1 that can be pulled', async () => {
      const { named, ready, waiting } = await scene.pods('v1-rare')
      return named === 3 && ready === 0 && waiting.length === 3 && waiting.every(isPullFailure)
    })
    const second = await startHost(scene.options)
    context.onTestFinished(() => second.stop())
    const { mendkit, notices } = second
    expect(await inPhase(mendkit, 'escalated')).toMatchObject({ reason: 'undone', hadEffect: true })

    const [execution, undo, ...others] = await mendkit.executions.list()
    expect(execution).toMatchObject({ state: 'undone', id: question.actions[0]?.executionId })
    expect(undo).toMatchObject({ state: 'succeeded', undoes: execution?.id })
    expect(others).toEqual([])
    expect(await scene.image()).toBe(imageOf('v2-partial-1-of-3'))
    await twoOfThreeReady(scene, 'v2-partial-1-of-3')
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    expect(done.effects.map((effect) => effect.executionId)).toEqual([execution?.id, undo?.id])
    expect(done.events.map((event) => event.executionId)).toEqual([execution?.id, undo?.id])
    expect(await verdicts(mendkit)).toEqual(['worse'])
    await waitUntil('a page', () => notices.some((notice) => notice.urgency === 'page'))
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
  })
})

async function twoOfThreeReady(scene: Scene, tag: string): Promise<void> {
  await waitUntil(`two of three pods of ${tag} being ready`, async () => {
    const { named, ready } = await scene.pods(tag)
    return named === 3 && ready === 2
  })
}

function isPullFailure(reason: string): boolean {
  return reason === 'ImagePullBackOff' || reason === 'ErrImagePull'
}
