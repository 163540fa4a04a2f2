import { createMendkit, type Mendkit, memoryState, settingsSchema, silentLogger, storeOverMemory } from '@mendkit/core'
import { type Chance, seededChance } from './chance.ts'
import type { Evidence, SimulatedEffect, SimulationCheck, Violation } from './check.ts'
import { atMostOnce, fenced, intended } from './checks/effects.ts'
import { drawFaults, type Fault, type FaultKind, faultBook } from './fault.ts'
import { clusterFaults } from './faulty-cluster.ts'
import { faultyStore, type StoreWeather, storeFaults } from './faulty-store.ts'
import { createLedger } from './ledger.ts'
import { createLife, type Life } from './life.ts'
import { abandon, type Ports, portsOf } from './ports.ts'
import { createScheduler, quiescence } from './scheduler.ts'
import { seededSystem } from './seeded-system.ts'
import type { Simulation, Stage } from './simulation.ts'
import { createTrace } from './trace.ts'
import { type WorkerClock, workerClock } from './worker-clock.ts'

/** What to simulate. */
export interface SimulateOptions {
  /** A whole number from 0 to 2^53 - 1. It determines everything. */
  readonly seed: number
  /** Sets the stage anew for every run. */
  readonly stage: (simulation: Simulation) => Stage
  /** Faults that are left out, by id. @default none */
  readonly without?: readonly number[]
  /** Steps within which faults strike. @default 500 */
  readonly chaosSteps?: number
  /** Whether the trace's lines are kept. @default false */
  readonly keepTrace?: boolean
}

/** What came of a simulation. */
export interface SimulationReport {
  readonly seed: number
  readonly violations: readonly Violation[]
  readonly faults: readonly Fault[]
  readonly steps: number
  /** Milliseconds of simulated time. */
  readonly simulatedMs: number
  readonly traceHash: string
  readonly trace: readonly string[]
}

const START = Date.UTC(2026, 0, 1)
const MOST_FAULTS = 6
const RESTART_MS = 5_000
/** After the last fault a run must come to rest within this time and so many steps. */
const REST_MS = 4 * 3_600_000
const REST_STEPS = 4_000

const processFaults: readonly FaultKind[] = [
  { kind: 'kill', at: ['after-any', 'after-commit', 'after-effect', 'after-effect'], ms: [1_000, 120_000], weight: 8 },
  { kind: 'pause', at: ['after-any', 'after-commit', 'after-read', 'after-effect'], ms: [5_000, 180_000], weight: 6 },
  { kind: 'jump', at: ['after-any'], ms: [-300_000, 300_000], weight: 2 },
]

const checks: readonly SimulationCheck[] = [intended, atMostOnce, fenced]

/**
 * Plays one seed: workers on one store and one stage, their calls let through one at a time, while faults strike; then
 * until everything is at rest. Every promise is checked at every step. The same seed gives the same trace everywhere.
 */
export async function simulate(options: SimulateOptions): Promise<SimulationReport> {
  const { seed, without = [], chaosSteps = 500, keepTrace = false } = options
  const root = seededChance(seed)
  const [drawn, system, stageChance, wire] = [root.fork(), root.fork(), root.fork(), root.fork()]
  const trace = createTrace({ keep: keepTrace })
  const scheduler = createScheduler(START, root, trace)
  const ledger = createLedger()
  const violations: Violation[] = []
  const effects: SimulatedEffect[] = []
  const state = memoryState()
  const weather: StoreWeather = { fullUntil: 0, awayUntil: 0 }
  const storeClock = { now: () => scheduler.now(), monotonic: () => scheduler.now() - START, sleep: noSleep }
  const evidence: Evidence = {
    ledger,
    effects,
    settings: settingsSchema.parse({}) as Evidence['settings'],
    now: () => scheduler.now(),
    step: () => scheduler.steps(),
  }

  function complain(judge: (check: SimulationCheck) => readonly string[]): void {
    for (const check of [...checks, ...(stage?.checks ?? [])]) {
      for (const because of judge(check)) {
        trace.note(`violation ${check.id}: ${because}`)
        violations.push({ check: check.id, because, step: scheduler.steps() })
      }
    }
  }

  function storeFor(ports: Ports) {
    const store = storeOverMemory(state, { id: 'simulated', durable: true })
    return faultyStore(ports, store, storeClock, weather, (taken) => {
      complain((check) => check.onChange?.(evidence, taken) ?? [])
      ledger.take(taken, scheduler.steps())
    })
  }

  let faults: readonly Fault[] = []
  let stage: Stage | undefined
  const noFaults = faultBook([], () => 0, () => undefined)
  const deskLife = createLife('desk', scheduler)
  const deskPorts = portsOf(deskLife, scheduler, wire, noFaults)
  const deskClock = workerClock(scheduler, deskLife, { offsetMs: 0, rate: 1 })
  const desk = createMendkit({
    store: storeFor(deskPorts),
    notifiers: [],
    system: { clock: deskClock, log: silentLogger, ...seededSystem(deskClock, system.fork()) },
  })
  const world = createLife('world', scheduler)
  const simulation: Simulation = {
    chance: stageChance,
    ledger,
    desk,
    now: () => scheduler.now(),
    step: () => scheduler.steps(),
    later: (ms, what, happen) =>
      void scheduler.add({
        owner: world.name,
        label: what,
        readyAt: scheduler.now() + ms,
        release: () => void (async () => happen())().catch(() => undefined),
      }),
    effect(given) {
      const effect = { ...given, arrivedAt: scheduler.steps(), at: scheduler.now() }
      trace.note(`effect of ${given.executionId} on ${given.target}`)
      effects.push(effect)
      complain((check) => check.onEffect?.(evidence, effect) ?? [])
    },
  }
  stage = options.stage(simulation)
  const all = drawFaults(drawn, [...storeFaults, ...clusterFaults, ...processFaults, ...(stage.faults ?? [])], MOST_FAULTS)
  faults = all.filter(({ id }) => !without.includes(id))
  const book = faultBook(faults, () => scheduler.steps(), (fault) => {
    trace.note(`fault ${fault.id} ${fault.kind} ${fault.ms}`)
    stage?.strike?.(fault.kind, fault.ms)
  })

  const workers: Worker[] = []
  let made = 0
  function start(): void {
    made += 1
    const life = createLife(`w${made}`, scheduler)
    const ports = portsOf(life, scheduler, wire, book)
    const clock = workerClock(scheduler, life, clockOf(system))
    const mendkit = createMendkit({
      ...stage?.host({ name: life.name, ports }),
      store: storeFor(ports),
      system: { clock, log: silentLogger, ...seededSystem(clock, system.fork()) },
    })
    workers.push({ life, clock, mendkit })
    // A host that could not start, or could not go on, is started again by whatever watches over it.
    const again = () => void (life.isAlive() && (life.kill(), simulation.later(RESTART_MS, 'start a worker', start)))
    mendkit.run().then(again, again)
  }

  function strikeProcess({ kind, ms }: Fault, name: string): void {
    const worker = workers.find(({ life }) => life.name === name && life.isAlive())
    if (worker === undefined) return
    if (kind === 'kill') {
      for (const operation of worker.life.kill()) abandon(scheduler, wire, operation)
      simulation.later(ms, 'start a worker', start)
    }
    if (kind === 'pause') worker.life.pause(scheduler.now() + ms)
    if (kind === 'jump') worker.clock.jump(ms)
  }

  scheduler.onReleased((operation) => {
    const places = ['after-any', ...placesOf(operation.label)] as const
    if (operation.owner.startsWith('w') && operation.owner !== 'world') {
      for (const place of places) for (const fault of book.meet(place)) strikeProcess(fault, operation.owner)
    }
    stage?.watch?.()
  })

  for (let index = 0; index < (stage.workers ?? 2); index += 1) start()
  await quiescence()
  let restFrom: { step: number; at: number } | undefined
  while (violations.length === 0) {
    if (restFrom === undefined && scheduler.steps() >= chaosSteps) {
      book.close()
      restFrom = { step: scheduler.steps(), at: scheduler.now() }
    }
    if (isAtRest(ledger) && (stage.isOver?.() ?? true)) break
    const since = restFrom
    if (since !== undefined && (scheduler.steps() - since.step > REST_STEPS || scheduler.now() - since.at > REST_MS)) {
      const left = [...ledger.incidents.values()].map(({ id, phase, reason }) => `${id} ${phase} ${reason ?? ''}`)
      violations.push({ check: 'comes-to-rest', because: left.join(', '), step: scheduler.steps() })
      break
    }
    if (!(await scheduler.step())) break
  }
  if (violations.length === 0) complain((check) => check.atEnd?.(evidence) ?? [])
  return {
    seed,
    violations,
    faults,
    steps: scheduler.steps(),
    simulatedMs: scheduler.now() - START,
    traceHash: trace.hash(),
    trace: trace.lines,
  }
}

interface Worker {
  readonly life: Life
  readonly clock: WorkerClock
  readonly mendkit: Mendkit
}

function clockOf(chance: Chance): { offsetMs: number; rate: number } {
  const isOff = chance.happens(0.3)
  const offsetMs = chance.between(-300_000, 300_000)
  const rate = chance.pick([0.5, 0.8, 1, 1, 1.25, 2])
  return isOff ? { offsetMs, rate } : { offsetMs: 0, rate: 1 }
}

function placesOf(label: string): readonly ('after-commit' | 'after-effect' | 'after-read')[] {
  if (label.startsWith('commit ')) return ['after-commit']
  if (label.startsWith('patch ') || label.startsWith('evict ') || label.startsWith('delete ')) {
    return label.endsWith('(dry run)') ? ['after-read'] : ['after-effect']
  }
  return label.startsWith('get ') || label.startsWith('list ') ? ['after-read'] : []
}

function isAtRest(ledger: ReturnType<typeof createLedger>): boolean {
  const resting = ['resolved', 'closed', 'handed-over', 'escalated', 'suggested']
  for (const { phase } of ledger.incidents.values()) if (!resting.includes(phase)) return false
  for (const { state } of ledger.commands.values()) if (state === 'pending') return false
  for (const { state } of ledger.notices.values()) if (state === 'pending') return false
  for (const execution of ledger.executions.values()) {
    if (['observed', 'verifying', 'intent'].includes(execution.state)) return false
    if (execution.state === 'unknown' && execution.reads < 4) return false
  }
  return true
}

function noSleep(): Promise<void> {
  return Promise.reject(new Error('the store does not sleep'))
}
