import { type SimulateOptions, type SimulationReport, simulate } from './simulate.ts'

/** The fewest faults with which a seed still fails. */
export interface ShrunkSimulation {
  /** Faults that were not needed, by id: give them as `without` to see it again. */
  readonly without: readonly number[]
  readonly report: SimulationReport
}

/**
 * Leaves out one fault after the other of a failing simulation, for as long as the same check still complains. Answers
 * `undefined` for a simulation that does not fail.
 */
export async function shrinkSimulation(options: SimulateOptions): Promise<ShrunkSimulation | undefined> {
  let without = [...(options.without ?? [])]
  let report = await simulate({ ...options, without })
  const check = report.violations[0]?.check
  if (check === undefined) return undefined
  for (const { id } of report.faults) {
    const fewer = [...without, id]
    const again = await simulate({ ...options, without: fewer })
    if (again.violations[0]?.check !== check) continue
    without = fewer
    report = again
  }
  return { without, report }
}
