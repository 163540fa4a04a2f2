import { connectTestbed } from '@mendkit/testbed'
import { describe, inject, test } from 'vitest'
import { realWorld } from '../src/chaos/world/real-world.ts'
import { expectSound, untilStuck } from './support/expect-sound.ts'

const description = inject('testbed')

describe.skipIf(!description)('on the real API server (needs servers)', () => {
  test('20 hosts are killed: nothing is done twice, lost or stuck', { timeout: untilStuck }, async () => {
    if (description === undefined) return
    const testbed = connectTestbed(description)
    await expectSound({ world: (folder) => realWorld(testbed, folder), kills: 20, seed: 21 })
  })
})
