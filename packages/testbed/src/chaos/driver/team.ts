import { MendkitError } from '@mendkit/core'
import type { KubernetesPatch, ObjectReference, WriteOptions } from '@mendkit/kubernetes'
import { seededChance } from '@mendkit/testkit'
import type { HostOrders } from '../host/orders.ts'
import type { Point } from '../points.ts'
import type { LaneWorld } from '../world/world.ts'
import { comesToRest } from './comes-to-rest.ts'
import { type HostProcess, startHostProcess } from './host-process.ts'
import { type Judgement, judge } from './judge.ts'
import { lateRequests } from './late-requests.ts'
import { emptyLedger } from './ledger.ts'
import { countPhases, readFacts } from './read-facts.ts'
import { type Served, serveCluster } from './serve-cluster.ts'
import { startTraffic } from './traffic.ts'
import { within } from './within.ts'

/** Several hosts that work on one database at the same time and know nothing of each other. */
export interface TeamOptions {
  readonly world: LaneWorld
  /** The URL of the database that they share. */
  readonly source: string
  /** How many. */
  readonly hosts: number
  /** Where the first of them are killed, one each. None is started again. */
  readonly doomedAt: readonly Point[]
  readonly seed: number
  /** Where compiled code is kept between starts. */
  readonly cache: string
  /** When nothing more may be left to do, in milliseconds after the last kill. */
  readonly quietWithinMs: number
}

/** What came of it. */
export interface TeamResult extends Judgement {
  /** Incidents by the phase in which they ended. */
  readonly phases: Readonly<Record<string, number>>
  /** Effects in the cluster's own record. */
  readonly effects: number
  /** What ended the hosts that were to die. */
  readonly ends: readonly string[]
  /** How many entries of the log each host wrote; the first are those that were killed. */
  readonly entriesOf: readonly number[]
}

/** A host that has not come to the point where it is to die by then never will, in milliseconds. */
const patienceMs = 180_000

/** Lets hosts share the work until the doomed have died amid a step, and the others until nothing is left to do; then judges. */
export async function runTeam(options: TeamOptions): Promise<TeamResult> {
  const { world, source, cache } = options
  const ledger = emptyLedger()
  const entriesOf = Array.from({ length: options.hosts }, () => 0)
  const late = lateRequests(world.act, seededChance(options.seed))
  const alive: HostProcess[] = []
  let turn = 0
  const traffic = startTraffic({
    world,
    ledger,
    atOnce: 1 + options.hosts,
    // Each alert comes to one of them, as behind a load balancer.
    host: () => alive[turn++ % alive.length]?.host,
  })

  function start(index: number): HostProcess {
    const point = options.doomedAt[index]
    const orders: HostOrders = {
      source,
      access: world.access,
      namespaces: world.namespaces,
      ...(point && { kill: { point, hit: 1, signal: 'SIGKILL' } }),
    }
    const handlers = {
      committed: (entries: typeof ledger.entries) => {
        entriesOf[index] = (entriesOf[index] ?? 0) + entries.length
        ledger.entries.push(...entries)
      },
      notice: () => undefined,
      late: (reference: ObjectReference, patch: KubernetesPatch, how: WriteOptions) => late.take(reference, patch, how),
      cluster: (method: Served, args: readonly unknown[]) => serveCluster(world.act, method, args),
    }
    return startHostProcess({ orders, handlers, cache })
  }

  const hosts = Array.from({ length: options.hosts }, (_, index) => start(index))
  const [doomed, survivors] = [hosts.slice(0, options.doomedAt.length), hosts.slice(options.doomedAt.length)]
  let open: readonly string[] = []
  let ends: readonly string[] = []
  try {
    await Promise.all(hosts.map((host) => host.loaded))
    alive.push(...hosts)
    ends = await Promise.all(
      doomed.map(async (host) => {
        const how = await endOf(host)
        alive.splice(alive.indexOf(host), 1)
        return how
      }),
    )
    traffic.dryUp()
    await late.arrived()
    await comesToRest(traffic, options.quietWithinMs)
    open = traffic.open()
    await Promise.all(survivors.map(retire))
  } finally {
    await Promise.all(hosts.map((host) => host.discard()))
    await traffic.stop()
  }
  const facts = await readFacts(source, world, ledger)
  const judgement = judge(facts)
  return {
    ...judgement,
    stuck: [...judgement.stuck, ...open],
    phases: countPhases(facts.incidents),
    effects: facts.effects.length,
    ends,
    entriesOf,
  }
}

function endOf(doomed: HostProcess): Promise<string> {
  return within(patienceMs, doomed.ended, () => {
    throw new MendkitError('unavailable', `the host that was to die lives on after ${patienceMs} ms`)
  })
}

/** Ends a host in good order. */
async function retire(host: HostProcess): Promise<void> {
  await host.signal('SIGTERM')
  const how = await host.ended
  if (how !== 'code 0') throw new MendkitError('bad-response', `a host ended with ${how}: ${host.complaints()}`)
}
