import { expect } from 'vitest'
import { type ChaosOptions, chaos } from '../../src/chaos/chaos.ts'

/** A guard against hanging, not a measure. */
export const untilStuck = 900_000

/** Kills so many hosts: nothing is done twice, lost or stuck, and the log has everything. */
export async function expectSound(options: ChaosOptions, flag = ''): Promise<void> {
  const { kills, seed } = options
  const result = await chaos(options)
  const replay = `replay with: pnpm chaos --kills ${kills} --from ${seed} ${flag}`
  expect(result, replay).toMatchObject({ doubleEffects: [], lost: [], stuck: [], unaudited: [] })
  expect(result.kills).toBeGreaterThanOrEqual(kills)
  // A run in which nothing was mended has shown nothing.
  expect(result.phases['resolved'] ?? 0).toBeGreaterThan(kills / 10)
}
