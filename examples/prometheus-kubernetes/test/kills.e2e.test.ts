import { createMendkit, type Mendkit, silentLogger } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { alertRules, connectTestbed, type TestbedDescription } from '@mendkit/testbed'
import { beforeAll, describe, expect, inject, type TestContext, test } from 'vitest'
import type { EffectRequest } from './support/held-patch.ts'
import { freePort } from './support/host.ts'
import type { HostProcessOrders } from './support/host-process.ts'
import { type Scene, setScene } from './support/scene.ts'
import { type HostProcess, spawnHost } from './support/spawn-host.ts'
import { approved, inPhase, wholeLog } from './support/watch-loop.ts'

const description = inject('testbed')

describe.skipIf(!description)('a host that goes away while it acts (needs servers)', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    if (description) await connectTestbed(description).reloadPrometheus(alertRules())
  })

  test.concurrent('killed with -9 between intent and call: nothing has happened, and it asks again', async (context) => {
    if (description === undefined) return
    const { scene, killed, mendkit } = await broughtToEffect(description, context, 'before-effect')
    const request = await killed.reached
    const [intended] = await mendkit.executions.list()
    expect(intended).toMatchObject({ id: request.executionId, state: 'intent' })
    await killed.kill()
    expect((await scene.testbed.effects({ namespace: scene.namespace })).effects).toEqual([])
    const stoodStill = (await scene.version()) === guardedVersion(request)

    await restarted(scene, context)
    const question = await asksAgain(mendkit, request.executionId)
    expect(await mendkit.executions.list()).toMatchObject([{ id: intended?.id, state: 'no-effect' }])
    // The request of the dead process arrives after all. It was called *not happened*, so it must not happen any more.
    expect(await sentLate(scene, request)).toBe(422)
    const { fences } = await scene.testbed.effects({ namespace: scene.namespace })
    // A Deployment that has moved on by itself needs no fence.
    const username = 'system:serviceaccount:mendkit:mendkit-act'
    expect(fences).toMatchObject(stoodStill ? [{ resource: 'deployments', name: 'checkout', username }] : [])

    await approved(mendkit)
    await inPhase(mendkit, 'resolved')
    await scene.ready('v1', 2)
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    expect(done.effects.map((effect) => effect.executionId)).toEqual([question.actions[0]?.executionId])
    expect(done.events.map((event) => event.executionId)).toEqual([question.actions[0]?.executionId])
    expect(await mendkit.executions.list()).toMatchObject([{ state: 'no-effect' }, { state: 'succeeded' }])
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
  })

  test.concurrent('killed with -9 between call and outcome: it finds its effect, and does not repeat it', async (context) => {
    if (description === undefined) return
    const { scene, killed, mendkit } = await broughtToEffect(description, context, 'after-effect')
    const request = await killed.reached
    expect(await mendkit.executions.list()).toMatchObject([{ id: request.executionId, state: 'intent' }])
    await killed.kill()

    await restarted(scene, context)
    await inPhase(mendkit, 'resolved')
    await scene.ready('v1', 2)
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    expect(done.effects.map((effect) => effect.executionId)).toEqual([request.executionId])
    expect(done.events.map((event) => event.executionId)).toEqual([request.executionId])
    expect(await mendkit.executions.list()).toMatchObject([{ id: request.executionId, state: 'succeeded' }])
    expect(await mendkit.approvals.list({ states: ['open', 'granted', 'void', 'used'] })).toMatchObject([
      { state: 'used' },
    ])
    const types = (await wholeLog(mendkit)).map((event) => event.type)
    expect(types.filter((type) => type === 'engine-started')).toHaveLength(2)
    expect(types.filter((type) => type === 'execution-intended')).toHaveLength(1)
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
  })

  test.concurrent('suspended between intent and call: another goes on, and what it wakes up to do fails', async (context) => {
    if (description === undefined) return
    const { scene, killed: sleeper, mendkit } = await broughtToEffect(description, context, 'before-effect')
    const request = await sleeper.reached
    sleeper.pause()
    const port = await freePort()
    const other = await spawnHost({ options: { ...scene.options, port } })
    context.onTestFinished(() => other.stop())
    await asksAgain(mendkit, request.executionId)

    sleeper.resume()
    const given = await approved(mendkit)
    await inPhase(mendkit, 'resolved')
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    expect(done.effects.map((effect) => effect.executionId)).toEqual([given.actions[0]?.executionId])
    expect(given.actions[0]?.executionId).not.toBe(request.executionId)
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
  })
})

/** A host process that was told to roll back and stands still right before or behind the request. */
async function broughtToEffect(
  testbed: TestbedDescription,
  context: Pick<TestContext, 'onTestFinished'>,
  holdAt: NonNullable<HostProcessOrders['holdAt']>,
): Promise<{ readonly scene: Scene; readonly killed: HostProcess; readonly mendkit: Mendkit }> {
  const scene = await setScene(testbed, context)
  const killed = await spawnHost({ options: scene.options, holdAt })
  context.onTestFinished(() => killed.kill())
  // People answer through another process on the same file, as from a command line.
  const mendkit = createMendkit({ store: sqlStore(scene.options.file), system: { log: silentLogger } })
  context.onTestFinished(() => mendkit.close())
  await scene.deploy({ tag: 'v1' })
  await scene.ready('v1', 2)
  await scene.deploy({ tag: 'v2-crash' })
  await approved(mendkit)
  return { scene, killed, mendkit }
}

async function restarted(scene: Scene, context: Pick<TestContext, 'onTestFinished'>): Promise<void> {
  const host = await spawnHost({ options: scene.options })
  context.onTestFinished(() => host.stop())
}

async function asksAgain(mendkit: Mendkit, firstExecution: string) {
  await inPhase(mendkit, 'awaiting-approval')
  const [question] = await mendkit.approvals.list()
  expect(question?.actions).toMatchObject([{ executionId: expect.not.stringContaining(firstExecution) }])
  return question as NonNullable<typeof question>
}

/** The version of the Deployment that a request demands. */
function guardedVersion({ patch }: EffectRequest): unknown {
  const operations = patch.type === 'json' ? patch.operations : []
  const test = operations.find(({ op, path }) => op === 'test' && path === '/metadata/resourceVersion')
  return test !== undefined && 'value' in test ? test.value : undefined
}

/** Sends a request as it was held, and answers the API server's status. */
async function sentLate({ testbed }: Scene, { executionId, reference, patch }: EffectRequest): Promise<number> {
  const reply = await testbed.admin.send({
    method: 'PATCH',
    path: `/apis/apps/v1/namespaces/${reference.namespace}/deployments/${reference.name}`,
    contentType: 'application/json-patch+json',
    body: patch.type === 'json' ? patch.operations : patch.document,
    userAgent: `mendkit/late (execution ${executionId})`,
  })
  return reply.status
}
