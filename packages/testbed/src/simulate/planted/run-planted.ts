import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { PlantedBug } from './planted-bug.ts'

/** How a planted bug was found. */
export interface Finding {
  readonly name: string
  /** Absent: it was not found. */
  readonly seed?: number
  readonly check?: string
  readonly because?: string
}

const child = fileURLToPath(new URL('child.ts', import.meta.url))
const run = promisify(execFile)
/** The sources as they are, and room for what a run throws away. */
const flags = ['--conditions=mendkit-source', '--max-semi-space-size=32']

/** Plays seeds against each planted bug, each in a process of its own, until one finds it. Tells of each as it is done. */
export async function runPlanted(
  bugs: readonly PlantedBug[],
  seedsOf: (bug: PlantedBug) => { readonly from: number; readonly seeds: number },
  atOnce: number,
  tell: (finding: Finding) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  const left = [...bugs]
  async function work(): Promise<void> {
    for (let bug = left.shift(); bug !== undefined; bug = left.shift()) {
      const { from, seeds } = seedsOf(bug)
      const { stdout } = await run(process.execPath, [...flags, child, bug.name, String(from), String(seeds)])
      const finding: Finding = { name: bug.name, ...(JSON.parse(stdout) as object) }
      findings.push(finding)
      tell(finding)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return findings
}
