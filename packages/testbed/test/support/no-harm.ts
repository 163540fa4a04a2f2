import { afterEach, beforeEach, expect, test } from 'vitest'
import { playHostile } from '../../src/hostile/play.ts'

/** A guard against hanging, not a measure: two such files play at once, and are done within a minute on a machine that is free. */
const untilHanging = 900_000
/** More would be a leak: what a case leaves behind is thrown away with its world. */
const mostHeapGrowth = 200 * 1_024 * 1_024

/** Every test of the file also asserts that nothing is rejected unheard and that nobody changed the language's own objects. */
export function assertProcessUnharmed(): void {
  const lost: unknown[] = []
  const keep = (reason: unknown) => void lost.push(reason)
  let before: readonly (readonly string[])[]
  beforeEach(() => {
    lost.length = 0
    before = prototypes()
    process.on('unhandledRejection', keep)
  })
  afterEach(() => {
    process.off('unhandledRejection', keep)
    expect(lost).toEqual([])
    expect(prototypes()).toEqual(before)
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(Reflect.get({}, 'approved')).toBeUndefined()
  })
}

/** Plays so many hostile answers of one seed. */
export function nothingHappensOutsidePolicy({ seed, cases }: { readonly seed: number; readonly cases: number }): void {
  assertProcessUnharmed()
  const title = `whatever an analyzer answers, nothing happens outside policy and every refusal says why: ${cases} answers of seed ${seed}`
  test(title, { timeout: untilHanging }, async () => {
    const heap = process.memoryUsage().heapUsed
    const report = await playHostile({ seed, cases })
    expect(report.violations).toEqual([])
    expect(report.cases).toBe(cases)
    expect(report.kinds.size).toBeGreaterThanOrEqual(20)
    expect(report.whole).toBeGreaterThanOrEqual(cases / 100)
    // The good answers among them were acted on, or nothing of this would show anything.
    expect(report.effects).toBeGreaterThan(0)
    expect(process.memoryUsage().heapUsed - heap).toBeLessThan(mostHeapGrowth)
  })
}

function prototypes(): readonly (readonly string[])[] {
  return [Object, Array, Function, String, Number, Promise, Map].map(({ prototype }) =>
    Reflect.ownKeys(prototype).map(String),
  )
}
