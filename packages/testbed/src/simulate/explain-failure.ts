import { type SimulationReport, shrinkSimulation } from '@mendkit/testkit'
import { played } from './played.ts'

/** Lines that say what failed, with how few faults it still fails, and how to see it again. */
export async function explainFailure({ seed, violations }: SimulationReport): Promise<readonly string[]> {
  const shrunk = await shrinkSimulation({ seed, ...played })
  const faults = (shrunk?.report.faults ?? []).map(
    ({ kind, at, nth, ms }) => `  fault: ${kind} at ${at} number ${nth}${ms === 0 ? '' : ` (${ms} ms)`}`,
  )
  const without = shrunk === undefined || shrunk.without.length === 0 ? '' : ` --without ${shrunk.without.join(',')}`
  return [
    `seed ${seed} fails:`,
    ...violations.map(({ check, because, step }) => `  ${check} at step ${step}: ${because}`),
    ...(faults.length === 0 ? ['  it fails without any fault'] : faults),
    `  again: pnpm simulate --from ${seed} --seeds 1${without} --trace`,
  ]
}
