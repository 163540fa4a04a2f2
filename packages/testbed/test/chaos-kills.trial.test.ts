import { test } from 'vitest'
import { simulatedWorld } from '../src/chaos/world/simulated-world.ts'
import { expectSound, untilStuck } from './support/expect-sound.ts'

test('200 hosts are killed on the simulated cluster: nothing is done twice, lost or stuck', {
  timeout: untilStuck,
}, async () => {
  await expectSound({ world: simulatedWorld, kills: 200, seed: 20 }, '--simulated')
})
