import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type Simulation, type Stage, simulate } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { flagStage } from './flag-stage.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** Plays a seed and answers what would still be held of it if anything were. */
async function played(seed: number): Promise<WeakRef<Stage>> {
  let stage: WeakRef<Stage> | undefined
  await simulate({
    seed,
    stage(simulation: Simulation) {
      const made = flagStage(simulation)
      stage = new WeakRef(made)
      return made
    },
  })
  if (stage === undefined) throw new Error('no stage was set')
  return stage
}

test('a seed leaves nothing behind in memory, whatever its hosts were doing when it ended', async () => {
  const stages: WeakRef<Stage>[] = []
  for (let seed = 1; seed <= 5; seed += 1) stages.push(await played(seed))
  for (let round = 0; round < 5; round += 1) {
    await setImmediate()
    collectGarbage()
  }
  expect(stages.filter((stage) => stage.deref() !== undefined)).toHaveLength(0)
})
