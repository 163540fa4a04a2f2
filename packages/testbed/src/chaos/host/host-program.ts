import { flushCompileCache } from 'node:module'
import { type Mendkit, type Principal, unfinishedExecutionStates } from '@mendkit/core'
import { alertmanagerWebhook } from '@mendkit/prometheus'
import { type Handlers, peerOver } from '../peer.ts'
import { createHost } from './create-host.ts'
import type { HostOrders, HostStatus } from './orders.ts'
import { parentChannel } from './parent-channel.ts'
import { selfKill } from './self-kill.ts'

const secret = 'the-secret-of-alertmanager'
const person: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'chaos' }

/** What the driver asks of a host. */
function handlersOf(mendkit: Mendkit, answersEarly: boolean): Handlers {
  const webhook = alertmanagerWebhook(mendkit, { secret, source: 'alertmanager' })
  const deliver = async (body: object) => {
    const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' }
    const request = new Request('http://host.example/alerts', { method: 'POST', headers, body: JSON.stringify(body) })
    return (await webhook(request)).status
  }
  return {
    deliver: (body: object) => {
      const status = deliver(body)
      return answersEarly ? 200 : status
    },
    approve: (id: string, digest: string) => mendkit.approvals.approve(id, { by: person, digest }),
    async status(): Promise<HostStatus> {
      const [approvals, incidents, executions] = await Promise.all([
        mendkit.approvals.list(),
        mendkit.incidents.list({ limit: 1_000 }),
        mendkit.executions.list({ states: unfinishedExecutionStates, limit: 1_000 }),
      ])
      return {
        approvals: approvals.map(({ id, incidentId, digest }) => ({ id, incidentId, digest })),
        incidents: incidents.map(({ id, phase, resource }) => ({ id, phase, service: resource?.name })),
        unfinished: executions.length,
        unclassified: executions.filter(({ state }) => state === 'intent' || state === 'unknown').length,
      }
    },
  }
}

// The only argument comes from the driver. Without orders it has only loaded its program, for the next to start faster.
const given = process.argv[2]
if (given === undefined) flushCompileCache()
else await live(JSON.parse(given) as HostOrders)

async function live(orders: HostOrders): Promise<void> {
  // Without its driver it has nothing to do.
  process.once('disconnect', () => process.exit())
  const waiting = Promise.withResolvers<Handlers>()
  const asked =
    (method: string) =>
    async (...args: readonly never[]) =>
      (await waiting.promise)[method]?.(...args)
  const driver = peerOver(parentChannel(), {
    deliver: asked('deliver'),
    approve: asked('approve'),
    status: asked('status'),
  })
  await driver.tell('loaded', process.pid)
  const mendkit = createHost(orders, selfKill(orders.kill, driver), driver)
  waiting.resolve(handlersOf(mendkit, orders.planted === 'answers-early'))
  const stopping = new AbortController()
  process.once('SIGTERM', () => stopping.abort())
  await mendkit.run({ signal: stopping.signal })
  await mendkit.close()
  process.disconnect()
}
