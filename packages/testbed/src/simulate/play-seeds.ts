import { type SimulationReport, simulate } from '@mendkit/testkit'
import { played } from './played.ts'

/** Which seeds to play. */
export interface SeedRange {
  readonly from: number
  readonly seeds: number
}

/** What came of a range of seeds. */
export interface SeedSummary extends SeedRange {
  readonly violations: number
  /** Over all seeds in order: equal wherever the same seeds are played. */
  readonly traceHash: string
  /** By the processor time of this process, so that others on the machine count as little as they can. */
  readonly seedsPerSecond: number
  readonly steps: number
}

/** Plays one seed. */
export function playSeed(
  seed: number,
  more: { readonly keepTrace?: boolean; readonly without?: readonly number[] } = {},
) {
  return simulate({ seed, ...played, ...more })
}

/** Plays a range of seeds and tells of each that fails. */
export async function playSeeds(
  { from, seeds }: SeedRange,
  failed: (report: SimulationReport) => void | Promise<void>,
): Promise<SeedSummary> {
  const began = process.cpuUsage()
  let violations = 0
  let steps = 0
  let hash = 0n
  for (let seed = from; seed < from + seeds; seed += 1) {
    const report = await playSeed(seed)
    hash = BigInt.asUintN(64, hash * 31n + BigInt(`0x${report.traceHash}`))
    steps += report.steps
    violations += report.violations.length
    if (report.violations.length > 0) await failed(report)
  }
  const { user, system } = process.cpuUsage(began)
  const seedsPerSecond = Math.round((seeds * 1e7) / (user + system)) / 10
  return { from, seeds, violations, traceHash: hash.toString(16).padStart(16, '0'), seedsPerSecond, steps }
}

/** The first seed of a range that fails. */
export async function findViolation({ from, seeds }: SeedRange): Promise<SimulationReport | undefined> {
  for (let seed = from; seed < from + seeds; seed += 1) {
    const report = await playSeed(seed)
    if (report.violations.length > 0) return report
  }
  return undefined
}
