import { alertRules, connectTestbed, waitUntil } from '@mendkit/testbed'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { type Host, startHost } from './support/host.ts'
import { type Scene, setScene } from './support/scene.ts'
import { ann, approved, asked, inPhase, wholeLog } from './support/watch-loop.ts'

const description = inject('testbed')

describe.skipIf(!description)('alerts that come as they come in life (needs servers)', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    if (description) await connectTestbed(description).reloadPrometheus(alertRules())
  })

  test('an Alertmanager that restarts and forgets its alerts ends nothing and opens nothing', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context, { poll: { intervalMs: 200, settledAfterMs: 8_000 } })
    const host = await startHost(scene.options)
    context.onTestFinished(() => host.stop())
    const question = await broughtToQuestion(scene, host)
    await forgottenFor(3, scene, host)
    expect((await asked(host.mendkit)).id).toBe(question.id)

    await approved(host.mendkit)
    await scene.testbed.restartAlertmanager()
    await endedWithOneEffect(scene, host, question.actions[0]?.executionId)
  })

  test.concurrent('webhooks that are repeated and cut short change nothing and lose nothing', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context)
    await scene.route({ maxAlerts: 1, repeatSeconds: 1 })
    const host = await startHost(scene.options)
    context.onTestFinished(() => host.stop())
    await broughtToQuestion(scene, host, { replicas: 3, strategy: 'Recreate' })
    // Of three pods' alerts one comes and two are cut off: the webhook has them pulled.
    const whole = await waitUntil('a cut webhook that was made whole', () =>
      host.deliveries.find((delivery) => delivery.truncated === 2 && delivery.answer.accepted === 3),
    )
    expect(whole).toMatchObject({ status: 200, came: 1, answer: { warnings: [], refused: [] } })
    const isRepeated = (each: Host['deliveries'][number]) => each.status === 200 && each.answer.changed === 0
    await waitUntil('webhooks that say nothing new', () => host.deliveries.filter(isRepeated).length >= 3)

    const given = await approved(host.mendkit)
    await endedWithOneEffect(scene, host, given.actions[0]?.executionId)
    const batches = (await wholeLog(host.mendkit)).filter((event) => event.type === 'alerts-received')
    expect(batches.filter((event) => event.data.changed === 0)).toEqual([])
  })

  test.concurrent('a resolve whose webhook is lost is found by the poll', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context)
    const host = await startHost(scene.options)
    context.onTestFinished(() => host.stop())
    await broughtToQuestion(scene, host)
    host.setWebhookDown(true)
    const deliveries = host.deliveries.length
    const given = await approved(host.mendkit)
    await endedWithOneEffect(scene, host, given.actions[0]?.executionId)
    expect(host.deliveries).toHaveLength(deliveries)
    const batches = (await wholeLog(host.mendkit)).filter((event) => event.type === 'alerts-received')
    const ends = batches.filter((event) => (event.data.statuses.resolved ?? 0) > 0)
    expect(ends).not.toEqual([])
    expect(ends.map((event) => event.data.complete)).toEqual(ends.map(() => true))
  })

  test.concurrent('a silence makes a question void, and nothing happens until it is lifted', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context)
    const host = await startHost(scene.options)
    context.onTestFinished(() => host.stop())
    const { mendkit } = host
    const first = await broughtToQuestion(scene, host)
    const silence = await scene.testbed.silence([{ name: 'namespace', value: scene.namespace }])
    await inPhase(mendkit, 'deciding')
    expect(await mendkit.approvals.list({ states: ['void'] })).toMatchObject([
      { id: first.id, voidBecause: 'all-suppressed' },
    ])
    const answer = { by: ann, digest: first.digest }
    await expect(mendkit.approvals.approve(first.id, answer)).rejects.toMatchObject({ code: 'conflict' })
    await tenPollsOf(host)
    expect(await mendkit.incidents.list()).toMatchObject([{ phase: 'deciding' }])
    expect(await mendkit.approvals.list()).toEqual([])
    expect((await scene.testbed.effects({ namespace: scene.namespace })).effects).toEqual([])

    await scene.testbed.liftSilence(silence)
    const second = await approved(mendkit)
    expect(second.id).not.toBe(first.id)
    await endedWithOneEffect(scene, host, second.actions[0]?.executionId)
  })
})

/** A good rollout, then a bad one, until somebody is asked what to do. */
async function broughtToQuestion(
  scene: Scene,
  host: Host,
  wish: { readonly replicas?: number; readonly strategy?: 'Recreate' } = {},
) {
  await scene.deploy({ ...wish, tag: 'v1' })
  await scene.ready('v1', wish.replicas ?? 2)
  await scene.deploy({ ...wish, tag: 'v2-crash' })
  await inPhase(host.mendkit, 'awaiting-approval')
  return asked(host.mendkit)
}

/** Restarts Alertmanager until so many polls in a row of one restart have heard that nothing fires. */
async function forgottenFor(polls: number, scene: Scene, host: Host): Promise<void> {
  for (let restarts = 0; restarts < 5; restarts += 1) {
    const before = host.emptyPolls()
    await scene.testbed.restartAlertmanager()
    await waitUntil('Alertmanager knowing the alerts again', async () => (await scene.alerts()).length > 0)
    // Prometheus sends what fires every few seconds, and may happen to be quicker than the polls.
    if (host.emptyPolls() - before >= polls) return
  }
  throw new Error(`no restart of Alertmanager was seen as empty by ${polls} polls`)
}

/** Waits for the end and asks the judge. */
async function endedWithOneEffect(scene: Scene, { mendkit }: Host, executionId: string | undefined): Promise<void> {
  await inPhase(mendkit, 'resolved')
  expect(await mendkit.incidents.list()).toMatchObject([{ reason: 'remediated' }])
  const done = await scene.testbed.effects({ namespace: scene.namespace })
  expect(done.effects.map((effect) => effect.executionId)).toEqual([executionId])
  expect(await mendkit.executions.list()).toMatchObject([{ id: executionId, state: 'succeeded' }])
  expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
}

/** Waits until the host has asked Alertmanager ten times more. */
async function tenPollsOf(host: Host): Promise<void> {
  const from = host.polls()
  await waitUntil('ten polls', () => host.polls() >= from + 10)
}
