import { connectTestbed } from '@mendkit/testbed'
import { describe, expect, inject, test } from 'vitest'
import { type ChaosOptions, chaos } from '../src/chaos/chaos.ts'
import { classifyInFlight } from '../src/chaos/in-flight.ts'
import { realWorld } from '../src/chaos/world/real-world.ts'
import { simulatedWorld } from '../src/chaos/world/simulated-world.ts'

const description = inject('testbed')
// A guard against hanging, not a measure.
const timeout = 900_000

test('200 hosts are killed on the simulated cluster: nothing is done twice, lost or stuck', { timeout }, async () => {
  await expectSound({ world: simulatedWorld, kills: 200, seed: 20 }, '--simulated')
})

describe.skipIf(!description)('on the real API server (needs servers)', () => {
  test('20 hosts are killed: nothing is done twice, lost or stuck', { timeout }, async () => {
    if (description === undefined) return
    const testbed = connectTestbed(description)
    await expectSound({ world: (folder) => realWorld(testbed, folder), kills: 20, seed: 21 })
  })
})

/** The bench does it with a thousand. */
test('a host that starts amid 200 effects in flight classifies each, and repeats none', { timeout }, async () => {
  expect(await classifyInFlight(200)).toMatchObject({ executions: 200, applied: 100, repeated: 0 })
})

async function expectSound(options: ChaosOptions, flag = ''): Promise<void> {
  const { kills, seed } = options
  const result = await chaos(options)
  const replay = `replay with: pnpm chaos --kills ${kills} --from ${seed} ${flag}`
  expect(result, replay).toMatchObject({ doubleEffects: [], lost: [], stuck: [], unaudited: [] })
  expect(result.kills).toBeGreaterThanOrEqual(kills)
  // A run in which nothing was mended has shown nothing.
  expect(result.phases['resolved'] ?? 0).toBeGreaterThan(kills / 10)
}
