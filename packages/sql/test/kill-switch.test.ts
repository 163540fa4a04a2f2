import type { Mendkit } from '@mendkit/core'
import { expect, test } from 'vitest'
import { startWorker, type World } from './flag-host.ts'
import { temporaryFile } from './folder.ts'

const names = Array.from({ length: 40 }, (_, index) => `flag-${index}`)

/** The kinds of the entries, in the order in which they became durable. */
async function logged(mendkit: Mendkit): Promise<readonly string[]> {
  const kinds: string[] = []
  for (;;) {
    const page = await mendkit.audit.read({ from: kinds.length, limit: 500 })
    if (page.length === 0) return kinds
    kinds.push(...page.map(({ bytes }) => (JSON.parse(new TextDecoder().decode(bytes)) as { type: string }).type))
  }
}

test('a switch thrown at one worker stops every worker on the file at that entry of the log, until it is lifted', async () => {
  const file = temporaryFile()
  const gate = Promise.withResolvers<void>()
  const world: World = { turnedOff: new Map(), calls: 0, open: gate.promise }
  const [one, two] = [startWorker(file, world).mendkit, startWorker(file, world).mendkit]
  const alerts = names.map((flag) => ({ labels: { alertname: 'FlagBroken', flag } }))
  await one.ingest({ source: 'am', complete: false, asOf: new Date().toISOString(), alerts })
  // Each worker has four hands, and none comes free before the switch is thrown: most flags are still to come.
  await expect.poll(() => world.calls, { timeout: 30_000 }).toBeGreaterThan(0)
  await two.pause()
  gate.resolve()

  const intended = (kinds: readonly string[]) => kinds.filter((kind) => kind === 'execution-intended').length
  const held = async () => (await one.incidents.list({ phases: ['remediating'], limit: 100 })).length
  await expect.poll(async () => (await held()) + world.turnedOff.size, { timeout: 30_000 }).toBe(names.length)
  const kinds = await logged(one)
  const thrown = kinds.indexOf('engine-paused')
  expect(kinds.slice(thrown)).not.toContain('execution-intended')
  expect(world.turnedOff.size).toBe(intended(kinds.slice(0, thrown)))
  expect(world.turnedOff.size).toBeLessThanOrEqual(8)

  await one.resume()
  await expect.poll(() => world.turnedOff.size, { timeout: 30_000 }).toBe(names.length)
  expect((await two.audit.verify()).verified).toBe(true)
}, 120_000)
