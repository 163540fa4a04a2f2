import { type Action, MendkitError, memoryStore, type Store } from '@mendkit/core'
import {
  callContext,
  type Simulation,
  type SimulationCheck,
  type Stage,
  seededChance,
  shrinkSimulation,
  simulate,
} from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { faultBook } from '../../src/simulator/fault.ts'
import { faultyStore } from '../../src/simulator/faulty-store.ts'
import { createLife } from '../../src/simulator/life.ts'
import { portsOf } from '../../src/simulator/ports.ts'
import { createScheduler, quiescence } from '../../src/simulator/scheduler.ts'
import { createTrace } from '../../src/simulator/trace.ts'
import { workerClock } from '../../src/simulator/worker-clock.ts'
import { type FlagService, flagStage, setFlag } from './flag-stage.ts'

/** Plays seeds until one fails; undefined when none does. */
async function firstFailure(seeds: number, actionOf: (flags: FlagService) => Action) {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const report = await simulate({ seed, stage: (simulation) => flagStage(simulation, actionOf) })
    if (report.violations.length > 0) return report
  }
  return undefined
}

describe('a simulation of a host with an action of its own', () => {
  test('holds every promise when the action keeps its own', async () => {
    expect(await firstFailure(100, setFlag)).toBeUndefined()
  })

  test('finds an action that has its effect whatever its guard says', async () => {
    const unguarded = (flags: FlagService): Action => ({
      ...setFlag(flags),
      execute: async ({ executionId }) => flags.set(false, { ifVersion: undefined, by: executionId }),
    })
    const report = await firstFailure(500, unguarded)
    expect(report?.violations.length).toBeGreaterThan(0)
  })

  test('finds an action that claims what it has not done', async () => {
    const boasting = (flags: FlagService): Action => ({ ...setFlag(flags), observe: async () => 'applied' })
    expect((await firstFailure(500, boasting))?.violations[0]?.check).toBe('observed-truly')
  })

  test('finds an action that calls a lost reply a refusal', async () => {
    const sound = setFlag
    const careless = (flags: FlagService): Action => ({
      ...sound(flags),
      observe: async () => 'not-applied',
    })
    expect((await firstFailure(500, careless))?.violations.length).toBeGreaterThan(0)
  })

  test('plays the same for the same seed, and differently for another', async () => {
    const hashOf = async (seed: number) => (await simulate({ seed, stage: flagStage })).traceHash
    expect(await hashOf(7)).toBe(await hashOf(7))
    expect(await hashOf(7)).not.toBe(await hashOf(8))
  })

  test('fails with fewer faults once it is shrunk, and tells nothing of one that does not fail', async () => {
    const boasting = (flags: FlagService): Action => ({ ...setFlag(flags), observe: async () => 'applied' })
    const failed = await firstFailure(500, boasting)
    const stage = (simulation: Parameters<typeof flagStage>[0]) => flagStage(simulation, boasting)
    const shrunk = await shrinkSimulation({ seed: failed?.seed ?? 0, stage })
    expect(shrunk?.report.violations[0]?.check).toBe('observed-truly')
    expect(shrunk?.report.faults.length).toBeLessThanOrEqual(failed?.faults.length ?? 0)
    for (const { id } of shrunk?.report.faults ?? []) {
      const report = await simulate({ seed: failed?.seed ?? 0, stage, without: [...(shrunk?.without ?? []), id] })
      expect(report.violations[0]?.check).not.toBe('observed-truly')
    }
    expect(await shrinkSimulation({ seed: 7, stage: flagStage })).toBeUndefined()
  })

  test('keeps the trace only when it is asked to', async () => {
    const silent = await simulate({ seed: 3, stage: flagStage })
    const told = await simulate({ seed: 3, stage: flagStage, keepTrace: true })
    expect(silent.trace).toEqual([])
    expect(told.trace.some((line) => line.includes('execute flags.set'))).toBe(true)
    expect(told.traceHash).toBe(silent.traceHash)
  })
})

describe('a simulation that fails itself', () => {
  const broken = () => {
    throw new TypeError('not of the engine')
  }
  const judgedBy = (check: SimulationCheck) => (simulation: Simulation) => ({
    ...flagStage(simulation),
    checks: [check],
  })

  test.each<[string, (simulation: Simulation) => Stage]>([
    ['a check before a change', judgedBy({ id: 'own', onChange: broken })],
    ['a check after a change', judgedBy({ id: 'own', onTaken: broken })],
    ['a check of a request', judgedBy({ id: 'own', onSend: broken })],
    ['a check of an effect', judgedBy({ id: 'own', onEffect: broken })],
    ['a check at the end', judgedBy({ id: 'own', atEnd: broken })],
    [
      'something that the stage does later',
      (simulation) => {
        simulation.later(1_000, 'break', broken)
        return flagStage(simulation)
      },
    ],
  ])('rejects, and does not take it for a fault that the engine survives: %s', async (_, stage) => {
    await expect(simulate({ seed: 7, stage })).rejects.toThrow(/seed 7 failed itself at step \d+: not of the engine/)
  })

  test.each([
    [new TypeError('not of the store'), true],
    [new MendkitError('invalid', 'no change that a store takes'), true],
    [new MendkitError('unavailable', 'the disk is full'), false],
  ])('hears what became of a commit whose caller died, unless the store was away: %s', async (error, isHeard) => {
    const scheduler = createScheduler(0, seededChance(1), createTrace())
    const life = createLife('w1', scheduler)
    const ports = portsOf(
      life,
      scheduler,
      seededChance(1),
      faultBook(
        [],
        () => scheduler.steps(),
        () => undefined,
      ),
    )
    const clock = workerClock(scheduler, life, { offsetMs: 0, rate: 1 })
    const heard: unknown[] = []
    const ignore = () => undefined
    const watch = { before: ignore, taken: ignore, claimed: ignore, broken: (each: unknown) => void heard.push(each) }
    const failing: Store = { ...memoryStore(), commit: () => Promise.reject(error) }
    const weather = { grain: 'fine', fullUntil: 0, awayUntil: 0 } as const
    const store = faultyStore(ports, failing, clock, { ...weather }, watch)
    void store.commit({ tenant: 'default', expect: [], put: [], audit: [] }, callContext())
    for (const { orphan } of life.kill()) orphan?.run()
    await quiescence()
    expect(heard).toEqual(isHeard ? [error] : [])
  })
})

describe('seeded chance', () => {
  test('gives the same numbers everywhere, for every seed other ones', () => {
    const first = (seed: number) => Array.from({ length: 3 }, () => seededChance(seed).below(1_000_000))
    const chance = seededChance(1)
    expect([chance.hex(4), chance.hex(4), chance.hex(4)]).toEqual(expectedHex)
    expect(new Set([0, 1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map((seed) => first(seed).join())).size).toBe(5)
  })

  test('picks nothing from nothing', () => {
    expect(() => seededChance(1).pick([])).toThrow(RangeError)
    expect(() => seededChance(1).pick([])).not.toThrow(MendkitError)
  })
})

const expectedHex = ['8995da7f', '74442f2c', '151a22dd']
