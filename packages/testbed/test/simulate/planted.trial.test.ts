import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { plantedBugs } from '../../src/simulate/planted/bugs.ts'
import { readFindings } from '../../src/simulate/planted/findings.ts'
import { mutated } from '../../src/simulate/planted/mutate.ts'
import { runPlanted } from '../../src/simulate/planted/run-planted.ts'

const recorded = readFindings()
const sourceOf = (file: string) => readFileSync(new URL(`../../../../${file}`, import.meta.url), 'utf8')

describe('planted bugs', () => {
  test('are at least 25, each of its own name', () => {
    expect(new Set(plantedBugs.map(({ name }) => name)).size).toBe(plantedBugs.length)
    expect(plantedBugs.length).toBeGreaterThanOrEqual(25)
  })

  test.each(plantedBugs)('$name fits the source', (bug) => {
    expect(mutated(bug, sourceOf(bug.file))).not.toBe(sourceOf(bug.file))
  })

  test('that do not fit the source are errors', () => {
    const stale = { name: 'stale', what: '', file: 'x.ts', replace: 'twice', with: '' }
    expect(() => mutated(stale, 'nowhere')).toThrow('stands 0 times in x.ts')
    expect(() => mutated(stale, 'twice and twice')).toThrow('stands 2 times in x.ts')
  })

  test('are found by the seeds that are recorded', { timeout: 600_000 }, async () => {
    const seedOf = ({ name }: { name: string }) => ({ from: recorded[name]?.seed ?? 0, seeds: 1 })
    const findings = await runPlanted(plantedBugs, seedOf, 2, () => undefined)
    const found = Object.fromEntries(findings.map(({ name, check }) => [name, check]))
    expect(found).toEqual(Object.fromEntries(Object.entries(recorded).map(([name, { check }]) => [name, check])))
    expect(Object.keys(recorded).sort()).toEqual(plantedBugs.map(({ name }) => name).sort())
  })
})
