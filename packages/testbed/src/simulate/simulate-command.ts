import { explainFailure } from './explain-failure.ts'
import { playSeed, playSeeds } from './play-seeds.ts'

/** What the command was asked for. */
export interface SimulateRequest {
  readonly from: number
  readonly seeds: number
  readonly json: boolean
  /** Prints every step. */
  readonly trace: boolean
  /** Faults to leave out, by id. */
  readonly without: readonly number[]
}

/** Plays seeds of the sound engine. Answers whether none failed. */
export async function simulateCommand(request: SimulateRequest, print: (line: string) => void): Promise<boolean> {
  const { from, seeds, json, trace, without } = request
  if (trace || without.length > 0) return replay(request, print)
  if (!json) print(`seeds ${from} to ${from + seeds - 1}`)
  const { steps, ...summary } = await playSeeds({ from, seeds }, async (report) => {
    for (const line of await explainFailure(report)) console.error(line)
  })
  if (!json) print(`${Math.round(steps / seeds)} steps a seed`)
  print(JSON.stringify(summary))
  return summary.violations === 0
}

async function replay({ from, seeds, trace, without }: SimulateRequest, print: (line: string) => void) {
  let isSound = true
  for (let seed = from; seed < from + seeds; seed += 1) {
    const report = await playSeed(seed, { keepTrace: trace, without })
    for (const line of report.trace) print(line)
    print(JSON.stringify({ seed, traceHash: report.traceHash, steps: report.steps, violations: report.violations }))
    isSound &&= report.violations.length === 0
  }
  return isSound
}
