import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'
import type { HostStatus } from '../host/orders.ts'
import type { Peer } from '../peer.ts'
import type { LaneWorld } from '../world/world.ts'
import type { Ledger } from './ledger.ts'
import { type ServiceLife, serviceLife } from './service-life.ts'
import { within } from './within.ts'

/** The world around the hosts of a lane: services that break, their alerts, and a person who approves. */
export interface Traffic {
  /** No service breaks any more that does not yet. */
  dryUp(): void
  /** Services that are neither well again nor in the hands of a person. */
  open(): readonly string[]
  /** What the last host that answered said of itself; undefined when none does. */
  status(): Promise<HostStatus | undefined>
  /** Ends it. Rejects when something came about that no kill explains. */
  stop(): Promise<void>
}

/** What traffic needs. */
export interface TrafficParts {
  readonly world: LaneWorld
  readonly ledger: Ledger
  /** The host that lives now; of several, whose turn it is. */
  readonly host: () => Peer | undefined
  /** So many services are broken at once. @default 3 */
  readonly atOnce?: number
}

/** Whoever does not answer within this is taken for dead, or sleeps. In milliseconds. */
const patienceMs = 2_000
const everyMs = 100
const withAPerson = new Set(['escalated', 'handed-over'])

/** Starts to break services, one in the namespace where hosts act by themselves, the next where they ask. */
export function startTraffic({ world, ledger, host, atOnce = 3 }: TrafficParts): Traffic {
  const services: ServiceLife[] = []
  const handedOver = new Set<string>()
  const answered = new Set<string>()
  let isFeeding = true
  let isStopped = false

  const isOpen = ({ stage, name }: ServiceLife) => stage() !== 'done' && !handedOver.has(name)

  async function ask(method: string, ...args: readonly unknown[]): Promise<unknown> {
    const peer = host()
    if (peer === undefined) throw new MendkitError('unavailable', 'no host lives')
    return within(patienceMs, peer.ask(method, ...args), () => {
      throw new MendkitError('unavailable', 'no answer')
    })
  }

  async function status(): Promise<HostStatus | undefined> {
    return (await orDead(ask('status'))) as HostStatus | undefined
  }

  async function feed(): Promise<void> {
    if (!isFeeding || services.filter(isOpen).length >= atOnce) return
    const namespace = services.length % 2 === 0 ? world.namespaces.auto : world.namespaces.ask
    const deliver = async (body: object) => (await orDead(ask('deliver', body))) === 200
    const onThanked = (name: string) => void ledger.alerts.push(name)
    const name = `service-${services.length}`
    services.push(await serviceLife({ world, namespace, name, deliver, onThanked }))
  }

  async function answerQuestions(): Promise<void> {
    const now = await status()
    for (const { phase, service } of now?.incidents ?? []) {
      if (service !== undefined && withAPerson.has(phase)) handedOver.add(service)
    }
    for (const { id, incidentId, digest } of now?.approvals ?? []) {
      if (answered.has(id)) continue
      if ((await orDead(ask('approve', id, digest).then(() => true))) !== true) continue
      answered.add(id)
      ledger.approvals.push({ id, incidentId })
    }
  }

  async function run(): Promise<void> {
    while (!isStopped) {
      await feed()
      await Promise.all([...services.filter(isOpen).map((service) => service.step()), answerQuestions()])
      await delay(everyMs)
    }
  }

  const running = run()
  // Rejects where `stop` is awaited, at the end of the lane.
  running.catch(() => undefined)
  return {
    dryUp: () => {
      isFeeding = false
    },
    open: () => services.filter(isOpen).map(({ name, stage }) => `${name} is ${stage()}`),
    status,
    async stop() {
      isStopped = true
      await running
    },
  }
}

/** Undefined when nobody was there, or what was asked about had moved on: both are to be asked again. */
async function orDead(asking: Promise<unknown>): Promise<unknown> {
  try {
    return await asking
  } catch (error) {
    if (MendkitError.is(error, 'unavailable') || MendkitError.is(error, 'conflict')) return undefined
    throw error
  }
}
