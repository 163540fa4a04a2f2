import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { playSeed, playSeeds } from '../../src/simulate/play-seeds.ts'

const run = promisify(execFile)
const main = fileURLToPath(new URL('../../src/simulate/main.ts', import.meta.url))
const oldest = fileURLToPath(new URL('../../../../node_modules/node22/bin/node', import.meta.url))
const keptFile = new URL('kept-seeds.json', import.meta.url)
const keptSchema = z.array(z.strictObject({ seed: z.number().int(), why: z.string() }))
const kept = keptSchema.parse(JSON.parse(readFileSync(keptFile, 'utf8')))

describe('the sound engine', () => {
  test('holds every promise on 500 seeds', { timeout: 300_000 }, async () => {
    const failed: unknown[] = []
    const { violations } = await playSeeds({ from: 10_000, seeds: 500 }, (report) => void failed.push(report))
    expect(failed).toEqual([])
    expect(violations).toBe(0)
  })

  test.each(kept)('holds every promise on seed $seed, on which $why', async ({ seed }) => {
    expect((await playSeed(seed)).violations).toEqual([])
  })
})

describe('a seed', () => {
  test('plays the same on the oldest Node', async () => {
    const here = await playSeeds({ from: 1, seeds: 10 }, () => undefined)
    const { stdout } = await run(oldest, [
      '--conditions=mendkit-source',
      main,
      '--from',
      '1',
      '--seeds',
      '10',
      '--json',
    ])
    const there: unknown = JSON.parse(stdout)
    expect(there).toMatchObject({ from: 1, seeds: 10, violations: 0, traceHash: here.traceHash })
  })

  test('plays the same without a fault that was switched off, as far as the fault did not strike', async () => {
    const whole = await playSeed(334, { keepTrace: true })
    const idle = whole.faults.filter(({ id }) => !whole.trace.some((line) => line.startsWith(`fault ${id} `)))
    expect(idle.length).toBeGreaterThan(0)
    const without = idle.map(({ id }) => id)
    expect((await playSeed(334, { without })).traceHash).toBe(whole.traceHash)
    const first = await playSeed(334, { without: [0] })
    expect(first.faults).toEqual(whole.faults.filter(({ id }) => id !== 0))
    expect(first.traceHash).not.toBe(whole.traceHash)
  })
})
