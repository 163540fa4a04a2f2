import { plantedBugs } from './planted/bugs.ts'
import { writeFindings } from './planted/findings.ts'
import { runPlanted } from './planted/run-planted.ts'

/** A bug that more seeds than this do not show counts as missed. */
const MOST_SEEDS = 2_000
const AT_ONCE = 2

/** Looks for every planted bug from scratch. Answers whether all were found. */
export async function plantedCommand(
  { json, record, from }: { readonly json: boolean; readonly record: boolean; readonly from: number },
  print: (line: string) => void,
): Promise<boolean> {
  const findings = await runPlanted(
    plantedBugs,
    () => ({ from, seeds: MOST_SEEDS }),
    AT_ONCE,
    (finding) => {
      const { name, seed, check } = finding
      if (!json) print(seed === undefined ? `${name}: missed` : `${name}: found by seed ${seed}, ${check}`)
    },
  )
  if (record) writeFindings(findings)
  const missed = findings.flatMap(({ name, seed }) => (seed === undefined ? [name] : []))
  print(JSON.stringify({ planted: findings.length, found: findings.length - missed.length, missed }))
  return missed.length === 0
}
