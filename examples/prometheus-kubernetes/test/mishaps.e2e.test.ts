import { failureOf } from '@mendkit/kubernetes'
import { alertRules, connectTestbed, waitUntil } from '@mendkit/testbed'
import { beforeAll, describe, expect, inject, test } from 'vitest'
import { cuttingProxy } from './support/cutting-proxy.ts'
import { aroundEffects } from './support/held-patch.ts'
import { startHost } from './support/host.ts'
import { imageOf, setScene } from './support/scene.ts'
import { approved, inPhase, wholeLog } from './support/watch-loop.ts'

const description = inject('testbed')

describe.skipIf(!description)('mishaps between approval and effect (needs servers)', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    if (description) await connectTestbed(description).reloadPrometheus(alertRules())
  })

  test.concurrent('a Deployment that is made anew under its name is not touched', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context)
    const { namespace, testbed } = scene
    const statuses: unknown[] = []
    const host = await startHost(scene.options, (client) =>
      aroundEffects(client, async (_, send) => {
        // The last moment at which it can happen: the intent is durable, the target was read, the request goes out.
        await scene.deleteDeployment()
        await scene.deploy({ tag: 'v2-crash' })
        await scene.started('v2-crash')
        try {
          return await send()
        } catch (error) {
          statuses.push(failureOf(error)?.status)
          throw error
        }
      }),
    )
    context.onTestFinished(() => host.stop())
    await scene.deploy({ tag: 'v1' })
    await scene.ready('v1', 2)
    await scene.deploy({ tag: 'v2-crash' })
    await approved(host.mendkit)

    // The new Deployment has no earlier revision, so there is nothing to offer but the evidence.
    await inPhase(host.mendkit, 'handed-over')
    expect(statuses).toEqual([422])
    expect(await host.mendkit.executions.list()).toMatchObject([{ state: 'no-effect' }])
    expect(await testbed.effects({ namespace })).toEqual({ effects: [], fences: [], events: [] })
    expect(await scene.image()).toBe(imageOf('v2-crash'))
    expect(await host.mendkit.audit.verify()).toMatchObject({ verified: true })
  })

  test.concurrent('a connection that is cut after the patch was applied costs no second patch', async (context) => {
    if (description === undefined) return
    const scene = await setScene(description, context)
    const proxy = await cuttingProxy(scene.options.act)
    context.onTestFinished(() => proxy.close())
    const failures: unknown[] = []
    const host = await startHost(scene.options, (client) =>
      aroundEffects(client, async (_, send) => {
        proxy.holdAnswers()
        const sent = send().catch((error: unknown) => {
          failures.push(failureOf(error))
          throw error
        })
        const cut = waitUntil('the patch being applied', async () => (await scene.image()) === imageOf('v1')).then(() =>
          proxy.cut(),
        )
        const [result] = await Promise.all([sent, cut])
        return result
      }),
    )
    context.onTestFinished(() => host.stop())
    const { mendkit } = host
    await scene.deploy({ tag: 'v1' })
    await scene.ready('v1', 2)
    await scene.deploy({ tag: 'v2-crash' })
    const question = await approved(mendkit)

    await inPhase(mendkit, 'resolved')
    await scene.ready('v1', 2)
    const id = question.actions[0]?.executionId
    expect(failures).toMatchObject([{ effect: 'unknown' }])
    expect(await mendkit.executions.list()).toMatchObject([{ id, state: 'succeeded', sends: 1 }])
    const observed = (await wholeLog(mendkit)).filter((event) => event.type === 'execution-observed')
    expect(observed.map((event) => event.data.outcome)).toEqual(['unknown', 'applied'])
    const done = await scene.testbed.effects({ namespace: scene.namespace })
    expect(done.effects.map((effect) => effect.executionId)).toEqual([id])
    expect(done.events.map((event) => event.executionId)).toEqual([id])
    expect(await mendkit.audit.verify()).toMatchObject({ verified: true })
  })
})
