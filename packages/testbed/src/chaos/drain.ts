import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'
import { type Chance, seededChance } from '@mendkit/testkit'
import { openWard, type Ward } from '../simulate/ward.ts'
import { carryOut } from './driver/carry-out.ts'
import { compileHost } from './driver/compile-host.ts'
import { type HostProcess, startHostProcess } from './driver/host-process.ts'
import { atRest, type Judgement, judge } from './driver/judge.ts'
import { emptyLedger, type Ledger } from './driver/ledger.ts'
import { readFacts } from './driver/read-facts.ts'
import { type Served, serveCluster } from './driver/serve-cluster.ts'
import { within } from './driver/within.ts'
import type { HostOrders, HostStatus } from './host/orders.ts'
import type { Kill } from './kill.ts'
import type { Point } from './points.ts'
import { chaosSettings, quietWithinMs } from './times.ts'
import type { Effect, LaneWorld } from './world/world.ts'

/** What hosts that were killed in the middle of a drain left behind. */
export interface DrainResult extends Judgement {
  readonly kills: number
  /** How many of the kills came after the first effect of the drain and before its last. */
  readonly killsAmid: number
  /** Pods that stood on the node, and how many of them were evicted. */
  readonly pods: number
  readonly evicted: number
  readonly phases: readonly string[]
}

const node = 'node-1'
const namespaces = { auto: 'shop', ask: 'shop' }
const patienceMs = 2_000
const moments: readonly [Point, ...Point[]] = [
  'before call',
  'after call',
  'before commit of execution-intended',
  'after commit of execution-intended',
  'before fence',
  'after fence',
]

/** Drains a simulated node with hosts of which so many are killed with SIGKILL, lets the last one come to rest, and judges. */
export async function killAmidDrain(options: { readonly kills: number; readonly seed: number }): Promise<DrainResult> {
  const folder = await mkdtemp(join(tmpdir(), 'mendkit-drain-'))
  const cache = join(folder, 'compiled')
  const file = join(folder, 'store.db')
  const ward = openWard(() => Date.now(), options.seed, { replicas: 24, keeps: undefined, heals: true })
  const pods = ward.leaving().length
  const ledger = emptyLedger()
  const hosts: HostProcess[] = []
  const chance = seededChance(options.seed)
  const effects = (): readonly Effect[] =>
    ward.cluster
      .effects()
      .map(({ executionId, target }) => ({ executionId, target: `${target.namespace ?? ''}/${target.name}` }))
  const world: LaneWorld = {
    ...unused,
    namespaces,
    access: { through: 'driver' },
    act: ward.cluster,
    effects: async () => effects(),
  }

  function start(kill?: Kill): HostProcess {
    const self = kill?.at === 'point' ? { kill: { point: kill.point, hit: kill.hit, signal: 'SIGKILL' as const } } : {}
    const orders: HostOrders = {
      source: file,
      access: world.access,
      namespaces,
      settings: chaosSettings,
      drains: true,
      ...self,
    }
    const handlers = {
      committed: (entries: typeof ledger.entries) => void ledger.entries.push(...entries),
      notice: () => undefined,
      cluster: (method: Served, args: readonly unknown[]) => serveCluster(ward.cluster, method, args),
    }
    const host = startHostProcess({ orders, handlers, cache })
    hosts.push(host)
    return host
  }

  const stopping = new AbortController()
  try {
    await compileHost(cache)
    const people = attend(ward, ledger, () => hosts.at(-1), stopping.signal)
    const ends: number[] = []
    while (ends.length < options.kills) {
      await carryOut(momentOf(chance), start)
      ends.push(effects().length)
    }
    const last = start()
    await last.loaded
    for (const end = performance.now() + quietWithinMs; performance.now() < end && !(await isQuiet(last)); )
      await delay(100)
    stopping.abort()
    await people
    await last.signal('SIGTERM')
    await last.ended
    const facts = await readFacts(file, world, ledger)
    const all = effects()
    const isFirst = ({ executionId, target }: Effect, at: number) =>
      all.findIndex((each) => each.executionId === executionId && each.target === target) === at
    const firsts = all.filter((each, at) => all.findIndex(({ executionId }) => executionId === each.executionId) === at)
    const judged = judge({ ...facts, effects: firsts })
    const twice = all.flatMap((each, at) =>
      isFirst(each, at) ? [] : [`${each.target} was changed twice by ${each.executionId}`],
    )
    return {
      ...judged,
      doubleEffects: [...judged.doubleEffects, ...twice],
      stuck: [...judged.stuck, ...ward.leaving().map(({ metadata }) => `pod ${metadata.name} is still on ${node}`)],
      kills: ends.length,
      killsAmid: ends.filter((count) => count > 0 && count < all.length).length,
      pods,
      evicted: all.filter(({ target }) => target.startsWith('shop/')).length,
      phases: facts.incidents.map(({ phase }) => phase),
    }
  } finally {
    stopping.abort()
    await Promise.all(hosts.map((host) => host.discard()))
    await rm(folder, { recursive: true, force: true })
  }
}

/** A node is neither rolled out nor well or crashing as a service is. */
const unused: Pick<LaneWorld, 'deploy' | 'state'> = {
  deploy: async () => undefined,
  state: async () => 'well',
}

function momentOf(chance: Chance): Kill {
  return { at: 'point', point: chance.pick(moments), hit: chance.between(1, 3) }
}

async function isQuiet({ host }: HostProcess): Promise<boolean> {
  const status = await statusOf(host)
  return (
    status?.unfinished === 0 && status.incidents.length > 0 && status.incidents.every(({ phase }) => atRest.has(phase))
  )
}

/** The kubelet, Alertmanager and the person who approves, until they are told to stop. */
async function attend(
  ward: Ward,
  ledger: Ledger,
  host: () => HostProcess | undefined,
  signal: AbortSignal,
): Promise<void> {
  let told: 'nothing' | 'firing' | 'resolved' = 'nothing'
  const startsAt = new Date().toISOString()
  while (!signal.aborted) {
    ward.report()
    const peer = host()?.host
    const due = ward.isHealthy() ? 'resolved' : 'firing'
    if (peer !== undefined && told !== due && (await asked(peer.ask('deliver', webhook(due, startsAt)))) === 200) {
      if (told === 'nothing') ledger.alerts.push(node)
      told = due
    }
    const status = peer && (await statusOf(peer))
    for (const { id, incidentId, digest } of status?.approvals ?? []) {
      const isTaken =
        (await asked(peer?.ask('approve', id, digest).then(() => true) ?? Promise.resolve(false))) === true
      if (isTaken) ledger.approvals.push({ id, incidentId })
    }
    await delay(100)
  }
}

async function statusOf(peer: HostProcess['host']): Promise<HostStatus | undefined> {
  return (await asked(peer.ask('status'))) as HostStatus | undefined
}

/** Undefined when nobody was there, or what was asked about had moved on: both are to be asked again. */
async function asked(asking: Promise<unknown>): Promise<unknown> {
  try {
    return await within(patienceMs, asking, () => undefined)
  } catch (error) {
    if (MendkitError.is(error, 'unavailable') || MendkitError.is(error, 'conflict')) return undefined
    throw error
  }
}

function webhook(status: 'firing' | 'resolved', startsAt: string): object {
  const endsAt = status === 'resolved' ? new Date().toISOString() : '0001-01-01T00:00:00Z'
  const alert = { status, labels: { alertname: 'KubeNodeNotReady', node }, annotations: {}, startsAt, endsAt }
  return { version: '4', receiver: 'mendkit', groupLabels: {}, truncatedAlerts: 0, alerts: [alert] }
}
