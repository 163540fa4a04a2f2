import type { ExecutionState, Phase } from '@mendkit/core'
import type { SimulatedCluster } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { fakeApiServer, type Reply, status } from './fake-api-server.ts'
import { loopOn } from './loop-scene.ts'

/** What the one request that is to have an effect on `checkout` meets, once; everything else goes through. */
type Mishap = (cluster: SimulatedCluster, ...request: Parameters<SimulatedCluster['patch']>) => Promise<never>

function once(mishap: Mishap) {
  let left = 1
  return (cluster: SimulatedCluster): SimulatedCluster => ({
    ...cluster,
    patch(...request) {
      const [{ name }, , { dryRun, executionId }] = request
      // A fence names no execution in its request.
      if (name !== 'checkout' || dryRun === true || executionId === undefined || left-- <= 0) {
        return cluster.patch(...request)
      }
      return mishap(cluster, ...request) as ReturnType<SimulatedCluster['patch']>
    },
  })
}

/** The real client sends the request to a server that answers like this. */
function answered(reply: ReturnType<Reply>): Mishap {
  return async (_, ...request) => {
    // Only a hang has to be waited for; a busy machine must not make one of what is answered.
    await using api = await fakeApiServer(() => reply, { deadlineMs: reply === 'hang' ? 200 : 30_000 })
    return (await api.client.patch(...request)) as never
  }
}

const cutAfterwards: Mishap = async (cluster, ...request) => {
  await cluster.patch(...request)
  return answered('reset')(cluster, ...request)
}

const recreatedBefore: Mishap = async (cluster, ...request) => {
  cluster.recreate(request[0])
  return (await cluster.patch(...request)) as never
}

interface Ending {
  readonly phase: Phase
  readonly states: readonly ExecutionState[]
  /** Effects on `checkout`. */
  readonly effects: number
  readonly says: RegExp
}

const failed = { phase: 'escalated', states: ['failed'], effects: 0 } as const
const doneAgain = { phase: 'resolved', states: ['no-effect', 'succeeded'], effects: 1 } as const
const sentAgain = { phase: 'resolved', states: ['succeeded'], effects: 1 } as const
const mishaps: Readonly<Record<string, readonly [Mishap, Ending]>> = {
  401: [answered(status(401, 'Unauthorized')), { ...failed, says: /401 Unauthorized\); renew the credentials/ }],
  403: [answered(status(403, 'Forbidden')), { ...failed, says: /403 Forbidden\); grant this in the role/ }],
  404: [answered(status(404, 'NotFound')), { ...failed, says: /404 NotFound\); check the name/ }],
  409: [answered(status(409, 'Conflict')), { ...failed, says: /409 Conflict\); .*read it again/ }],
  410: [answered(status(410, 'Gone')), { ...failed, says: /410 Gone\); .*start again from a fresh read/ }],
  422: [answered(status(422, 'Invalid')), { ...failed, says: /422 Invalid\); .*read it again and compare/ }],
  429: [answered(status(429, 'TooManyRequests')), { ...sentAgain, says: /429 TooManyRequests\); try again later/ }],
  500: [
    answered(status(500, 'InternalError')),
    { ...doneAgain, says: /500 InternalError\); .*read the object before/ },
  ],
  'a hang': [answered('hang'), { ...doneAgain, says: /no answer within 0.2 s; .*read the object before/ }],
  'a connection cut after the patch was applied': [
    cutAfterwards,
    { phase: 'resolved', states: ['succeeded'], effects: 1, says: /broke \(ECONNRESET\); .*read the object before/ },
  ],
  'an object recreated under the same name': [
    recreatedBefore,
    { phase: 'handed-over', states: ['no-effect'], effects: 0, says: /422 Invalid/ },
  ],
}

describe('an effect that meets', () => {
  test.each(Object.entries(mishaps))('%s ends in order, and the engine goes on', async (_, [mishap, ending]) => {
    await using loop = await loopOn(once(mishap))
    await loop.fire('checkout')
    const executions = await loop.until('checkout', ['escalated', 'resolved', 'handed-over', 'suggested'])
    expect((await loop.mendkit.incidents.list()).map(({ phase }) => phase)).toEqual([ending.phase])
    expect(executions.map(({ state }) => state)).toEqual(ending.states)
    expect(loop.cluster.effects().filter(({ target }) => target.name === 'checkout')).toHaveLength(ending.effects)
    const told = loop.logged.filter((line) => ending.says.test(line))
    expect(told, loop.logged.join('\n')).not.toEqual([])
    expect(told[0]).toMatch(/kubernetes\.rollout-undo \(execution exe_\w+\) did not go through/)

    expect(await loop.mendkit.health()).toMatchObject({ running: true })
    await loop.fire('cart')
    expect((await loop.until('cart', ['resolved'])).map(({ state }) => state)).toEqual(['succeeded'])
    expect(await loop.mendkit.audit.verify()).toMatchObject({ verified: true })
  })
})
