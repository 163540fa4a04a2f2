import { simulate, type SimulationReport } from '@mendkit/testkit'
import { shopStage } from './shop-stage.ts'

/** Plays seeds until one shows a violation, and answers its report. */
export async function findViolation(from: number, seeds: number): Promise<SimulationReport | undefined> {
  // Nobody reads the stacks of the errors that a simulation makes by the thousand.
  Error.stackTraceLimit = 0
  for (let seed = from; seed < from + seeds; seed += 1) {
    const report = await simulate({ seed, stage: shopStage })
    if (report.violations.length > 0) return report
  }
  return undefined
}
