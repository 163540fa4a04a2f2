import { playSeeds } from '@mendkit/testbed/play-seeds'
import { type Effort, type Row, statedRow } from '../row.ts'

/** Seeds of the simulator per second of processor time, each round other ones; the first round loads and compiles the code. */
export async function* seeds({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const count = smoke ? 2 : 200
  const rates: number[] = []
  // As the command does: nobody reads the stacks of the errors that a simulation makes by the thousand.
  Error.stackTraceLimit = 0
  for (let round = 0; round <= rounds; round += 1) {
    const { seedsPerSecond } = await playSeeds({ from: 1 + round * count, seeds: count }, ({ seed }) => {
      throw new Error(`seed ${seed} fails; replay it with pnpm simulate --from ${seed} --seeds 1 --trace`)
    })
    if (round > 0) rates.push(seedsPerSecond)
  }
  yield statedRow('seeds of the simulator', 'seeds per CPU s', rates, { atLeast: 100 })
}
