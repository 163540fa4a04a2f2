import {
  createMendkit,
  MendkitError,
  memoryState,
  type Reauthenticate,
  settingsSchema,
  silentLogger,
  storeOverMemory,
} from '@mendkit/core'
import { auditFaults } from './audit-faults.ts'
import { beginWith } from './begin-with.ts'
import { seededChance } from './chance.ts'
import type { Evidence, SimulatedEffect, SimulationCheck, Violation } from './check.ts'
import { engineChecks } from './checks/engine-checks.ts'
import { drawFaults, type Fault, faultBook, placesOf } from './fault.ts'
import { faultyStore, type StoreWeather, storeFaults } from './faulty-store.ts'
import { createFindings } from './findings.ts'
import { watchLeases } from './leases.ts'
import { createLedger } from './ledger.ts'
import { createLife, type Life } from './life.ts'
import { abandon, network, type Ports, portsOf } from './ports.ts'
import { processFaults } from './process-faults.ts'
import { restless } from './rest.ts'
import { createScheduler, quiescence } from './scheduler.ts'
import { seededSystem } from './seeded-system.ts'
import type { Sender, Simulation, Stage } from './simulation.ts'
import { storeClockOf } from './store-clock.ts'
import { createTrace } from './trace.ts'
import { drawPace, type WorkerClock, workerClock } from './worker-clock.ts'

/** What to simulate. */
export interface SimulateOptions {
  /** A whole number from 0 to 2^53 - 1. It determines everything. */
  readonly seed: number
  /** Sets the stage anew for every run. */
  readonly stage: (simulation: Simulation) => Stage
  /** Asked on the desk whether somebody who approves is who it seems. @default nobody is asked */
  readonly reauthenticate?: Reauthenticate
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
/** The share of runs in which the reads of one turn are answered at once. */
const COARSE = 0.9
/** After the last fault a run must come to rest within this time and so many steps. */
const REST_MS = 4 * 3_600_000
const REST_STEPS = 4_000

/**
 * Plays one seed: workers on one store and one stage, their calls let through one at a time, while faults strike; then
 * until everything is at rest. Every promise is checked at every step. The same seed gives the same trace everywhere.
 *
 * Rejects when the stage or a check fails itself: nothing that was not simulated counts as a fault that an engine survives.
 */
export async function simulate(options: SimulateOptions): Promise<SimulationReport> {
  const { seed, without = [], chaosSteps = 500, keepTrace = false } = options
  const root = seededChance(seed)
  const [drawn, system, stageChance, wire] = [root.fork(), root.fork(), root.fork(), root.fork()]
  const trace = createTrace({ keep: keepTrace })
  const scheduler = createScheduler(START, root, trace)
  const ledger = createLedger()
  const findings = createFindings(trace, () => scheduler.steps())
  const { violated, broke, own } = findings
  const effects: SimulatedEffect[] = []
  const sends = new Map<string, number>()
  const workers: Worker[] = []
  const nobody: Sender = { by: 'nobody', sentAt: 0 }
  let sender = nobody
  const state = memoryState()
  const grain = drawn.happens(COARSE) ? 'coarse' : 'fine'
  const weather: StoreWeather = { grain, fullUntil: 0, awayUntil: 0 }
  const storeClock = storeClockOf(scheduler, START)
  let settings = settingsSchema.parse({}) as Evidence['settings']
  const leases = watchLeases(state, () => scheduler.now())
  const evidence: Evidence = {
    ledger,
    effects,
    get settings() {
      return settings
    },
    heldLease: (by, incidentId) => leases.held(by, incidentId),
    stepBegan: (incidentId) => leases.began(incidentId) ?? scheduler.now(),
    holdsLease: (by, incidentId) => leases.holds(by, incidentId),
    now: () => scheduler.now(),
    step: () => scheduler.steps(),
  }

  function complain(judge: (check: SimulationCheck) => readonly string[]): void {
    own(() => {
      for (const check of checks) for (const because of judge(check)) violated(check.id, because)
    })
  }

  const stored = () => storeOverMemory(state, { id: 'simulated', durable: true })

  function storeFor(ports: Ports) {
    return faultyStore(ports, stored(), storeClock, weather, {
      before: (change) => own(() => leases.before(change)),
      claimed: (by, claims) => own(() => leases.claimed(by, claims)),
      taken(taken) {
        complain((check) => check.onChange?.(evidence, taken) ?? [])
        own(() => ledger.take(taken, scheduler.steps(), scheduler.now()))
        complain((check) => check.onTaken?.(evidence, taken) ?? [])
      },
      broken: broke,
    })
  }

  let faults: readonly Fault[] = []
  let stage: Stage | undefined
  let checks = engineChecks
  const noFaults = faultBook(
    [],
    () => 0,
    () => undefined,
  )
  const deskLife = createLife('desk', scheduler)
  const deskPorts = portsOf(deskLife, scheduler, wire, noFaults)
  const deskClock = workerClock(scheduler, deskLife, { offsetMs: 0, rate: 1 })
  const desk = createMendkit({
    store: storeFor(deskPorts),
    notifiers: [],
    ...(options.reauthenticate && { settings: { reauthenticate: options.reauthenticate } }),
    system: { clock: deskClock, log: silentLogger, ...seededSystem(deskClock, system.fork()) },
  })
  const world = createLife('world', scheduler)
  const simulation: Simulation = {
    seed,
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
        release: () => void (async () => happen())().catch(broke),
      }),
    complain: violated,
    sent(by, executionId, target = '') {
      const key = `${executionId} ${target}`
      const count = (sends.get(key) ?? 0) + 1
      sends.set(key, count)
      const rate = workers.find(({ life }) => life.name === by)?.rate ?? 1
      complain((check) => check.onSend?.(evidence, { executionId, by, count, rate }) ?? [])
    },
    async sending(from, run) {
      sender = from
      try {
        return await run()
      } finally {
        sender = nobody
      }
    },
    effect(given) {
      const effect = { ...sender, ...given, arrivedAt: scheduler.steps(), at: scheduler.now() }
      trace.note(`effect of ${given.executionId} on ${given.target}`)
      effects.push(effect)
      complain((check) => check.onEffect?.(evidence, effect) ?? [])
    },
  }
  stage = options.stage(simulation)
  checks = [...engineChecks, ...(stage.checks ?? [])]
  await beginWith(stored(), storeClock, stage.begins ?? [], ledger)
  const all = drawFaults(drawn, [...storeFaults, ...processFaults, ...(stage.faults ?? [])], MOST_FAULTS)
  faults = all.filter(({ id }) => !without.includes(id))
  const book = faultBook(
    faults,
    () => scheduler.steps(),
    (fault) => {
      trace.note(`fault ${fault.id} ${fault.kind} ${fault.ms}`)
      own(() => stage?.strike?.(fault.kind, fault.ms))
    },
  )

  let made = 0
  function start(): void {
    made += 1
    const life = createLife(`w${made}`, scheduler)
    const ports = portsOf(life, scheduler, wire, book)
    const pace = drawPace(system)
    const clock = workerClock(scheduler, life, pace)
    const options = stage?.host({ name: life.name, ports }) ?? {}
    const { mappings: _, correlators: __, reauthenticate: ___, ...given } = options.settings ?? {}
    settings = settingsSchema.parse(given) as Evidence['settings']
    const mendkit = createMendkit({
      ...options,
      store: storeFor(ports),
      system: { clock, log: silentLogger, ...seededSystem(clock, system.fork()) },
    })
    workers.push({ life, clock, rate: pace.rate })
    // A host that could not start, or could not go on, is started again by whatever watches over it.
    const again = () => {
      if (!life.isAlive()) return
      life.kill()
      simulation.later(RESTART_MS, 'start a worker', start)
    }
    mendkit.run().then(again, (error) => {
      if (!MendkitError.is(error)) broke(error)
      again()
    })
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
    if (workers.some(({ life }) => life.name === operation.owner)) {
      for (const place of places) for (const fault of book.meet(place)) strikeProcess(fault, operation.owner)
    }
    stage?.watch?.()
  })

  for (let index = 0; index < (stage.workers ?? 2); index += 1) start()
  await quiescence()
  /** What still has to end, in words; the next is looked for only when it is asked for. */
  function* unfinished(): Generator<string> {
    yield* restless(ledger, settings)
    if (scheduler.isWaiting(network)) yield 'something is on the wire'
    if (stage?.isOver?.() === false) yield 'the stage is not done'
  }

  let restFrom: { step: number; at: number } | undefined
  while (findings.isEmpty()) {
    if (restFrom === undefined && scheduler.steps() >= chaosSteps) {
      book.close()
      restFrom = { step: scheduler.steps(), at: scheduler.now() }
    }
    if (unfinished().next().done === true) break
    const since = restFrom
    if (since !== undefined && (scheduler.steps() - since.step > REST_STEPS || scheduler.now() - since.at > REST_MS)) {
      violated('comes-to-rest', [...unfinished()].join(', '))
      break
    }
    if (!(await scheduler.step())) break
  }
  if (findings.isEmpty()) {
    complain((check) => check.atEnd?.(evidence) ?? [])
    const faults = await auditFaults(stored(), storeClock, [...state.tenants.keys()], ledger.entries.length)
    for (const because of faults) violated('audit-verifies', because)
  }
  findings.throwIfBroken(seed)
  return {
    seed,
    violations: findings.violations,
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
  readonly rate: number
}
