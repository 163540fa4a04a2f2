import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'
import { playHostile } from '../../src/hostile/play.ts'

/** A guard against hanging, not a measure. */
export const untilHanging = 900_000
/** More would be a leak: what a case leaves behind is thrown away with its world. */
const mostHeapGrowth = 200 * 1_024 * 1_024

/** Does some work; nothing may be rejected unheard meanwhile, and nobody may change the language's own objects. */
export async function withoutHarmToTheProcess(work: () => Promise<void>): Promise<void> {
  const lost: unknown[] = []
  const keep = (reason: unknown) => void lost.push(reason)
  const before = prototypes()
  process.on('unhandledRejection', keep)
  try {
    await work()
  } finally {
    process.off('unhandledRejection', keep)
  }
  expect(lost).toEqual([])
  expect(prototypes()).toEqual(before)
  expect(Reflect.get({}, 'polluted')).toBeUndefined()
  expect(Reflect.get({}, 'approved')).toBeUndefined()
}

/** Plays so many hostile answers of one seed: nothing happens outside policy, and every refusal says why. */
export async function assertNoHarm(seed: number, cases: number): Promise<void> {
  await withoutHarmToTheProcess(async () => {
    const heap = heapInUse()
    const report = await playHostile({ seed, cases })
    expect(report.violations).toEqual([])
    expect(report.cases).toBe(cases)
    expect(report.kinds.size).toBeGreaterThanOrEqual(20)
    expect(report.whole).toBeGreaterThanOrEqual(cases / 100)
    // The good answers among them were acted on, or nothing of this would show anything.
    expect(report.effects).toBeGreaterThan(0)
    expect(heapInUse() - heap).toBeLessThan(mostHeapGrowth)
  })
}

/** The bytes that something still holds: what waits for the collector is no leak. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect !== 'function') throw new Error('this Node.js does not let its garbage be collected')
  collect()
  return process.memoryUsage().heapUsed
}

function prototypes(): readonly (readonly string[])[] {
  return [Object, Array, Function, String, Number, Promise, Map].map(({ prototype }) =>
    Reflect.ownKeys(prototype).map(String),
  )
}
