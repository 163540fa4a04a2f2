import { MendkitError } from '@mendkit/core'
import type { KubernetesPatch, ObjectReference, WriteOptions } from '@mendkit/kubernetes'
import { seededChance } from '@mendkit/testkit'
import type { HostOrders, PlantedFault, SelfKill } from '../host/orders.ts'
import { type Kill, killsOf, killWords } from '../kill.ts'
import type { Point } from '../points.ts'
import type { LaneWorld } from '../world/world.ts'
import { carryOut } from './carry-out.ts'
import { comesToRest } from './comes-to-rest.ts'
import { type HostProcess, startHostProcess } from './host-process.ts'
import { type Judgement, judge } from './judge.ts'
import { lateRequests } from './late-requests.ts'
import { emptyLedger } from './ledger.ts'
import { countPhases, readFacts } from './read-facts.ts'
import { type Served, serveCluster } from './serve-cluster.ts'
import { startTraffic, type Traffic } from './traffic.ts'

/** A row of hosts on one store, each the successor of the one that was killed before. */
export interface LaneOptions {
  readonly world: LaneWorld
  readonly seed: number
  readonly kills: number
  /** The SQLite file. */
  readonly file: string
  /** Where compiled code is kept between starts. */
  readonly cache: string
  /** Whether fsyncs can be counted here. */
  readonly fsync: boolean
  readonly points?: readonly [Point, ...Point[]]
  readonly planted?: PlantedFault
  /** When nothing more may be left to do, in milliseconds after the last start. */
  readonly quietWithinMs: number
  readonly say: (line: string) => void
}

/** What came of it. */
export interface LaneResult extends Judgement {
  readonly kills: number
  /** Incidents by the phase in which they ended. */
  readonly phases: Readonly<Record<string, number>>
}

/** Starts and kills hosts until it was done often enough, lets the last one come to rest, and judges. */
export async function runLane(options: LaneOptions): Promise<LaneResult> {
  const { world, seed, file, cache, say } = options
  const ledger = emptyLedger()
  const late = lateRequests(world.act, seededChance(seed + 1))
  const hosts: HostProcess[] = []
  const traffic = startTraffic({ world, ledger, host: () => hosts.at(-1)?.host })
  const handlers = {
    committed: (entries: typeof ledger.entries) => void ledger.entries.push(...entries),
    notice: () => undefined,
    late: (reference: ObjectReference, patch: KubernetesPatch, how: WriteOptions) => late.take(reference, patch, how),
    cluster: (method: Served, args: readonly unknown[]) => serveCluster(world.act, method, args),
  }

  function start(kill?: Kill): HostProcess {
    const orders: HostOrders = {
      source: file,
      access: world.access,
      namespaces: world.namespaces,
      ...(kill && selfKillOf(kill)),
      ...(options.planted && { planted: options.planted }),
    }
    const killAtFsync = kill?.at === 'fsync' ? kill.nth : undefined
    const host = startHostProcess({ orders, handlers, cache, killAtFsync })
    hosts.push(host)
    return host
  }

  let kills = 0
  let open: readonly string[] = []
  try {
    const schedule = killsOf(seed, options)
    while (kills < options.kills) {
      const kill = schedule.next().value
      say(`${kills + 1} of ${options.kills}: ${killWords(kill)}`)
      kills += await carryOut(kill, start)
    }
    traffic.dryUp()
    await late.arrived()
    await rest(start(), traffic, options.quietWithinMs)
    open = traffic.open()
  } finally {
    await Promise.all(hosts.map((host) => host.discard()))
    await traffic.stop()
  }
  const facts = await readFacts(file, world, ledger)
  const judgement = judge(facts)
  return {
    ...judgement,
    stuck: [...judgement.stuck, ...open],
    kills,
    phases: countPhases(facts.incidents),
  }
}

/** Lets a host live until nothing is left to do, and ends it in good order. */
async function rest(host: HostProcess, traffic: Traffic, withinMs: number): Promise<void> {
  await host.loaded
  await comesToRest(traffic, withinMs)
  await host.signal('SIGTERM')
  const how = await host.ended
  if (how !== 'code 0') throw new MendkitError('bad-response', `the last host ended with ${how}: ${host.complaints()}`)
}

/** The part of a kill that the host carries out itself. */
function selfKillOf(kill: Kill): { readonly kill?: SelfKill } {
  switch (kill.at) {
    case 'point':
      return { kill: { point: kill.point, hit: kill.hit, signal: 'SIGKILL' } }
    case 'pause':
      return { kill: { point: kill.point, hit: 1, signal: 'SIGSTOP' } }
    case 'time':
    case 'fsync':
      return {}
  }
}
