import { adapterShape } from './checks/adapter-shape.ts'
import { apiReports } from './checks/api-report.ts'
import { build } from './checks/build.ts'
import { changeset } from './checks/changeset.ts'
import { contracts } from './checks/contracts.ts'
import { defaults } from './checks/defaults.ts'
import { determinism } from './checks/determinism.ts'
import { docFences } from './checks/doc-fences.ts'
import { docPaths } from './checks/doc-paths.ts'
import { fileSizes } from './checks/file-sizes.ts'
import { lockFile } from './checks/lock-file.ts'
import { packageFiles } from './checks/package-files.ts'
import { packed } from './checks/packed.ts'
import { reference } from './checks/reference.ts'
import { rooms } from './checks/rooms.ts'
import { sourceRules } from './checks/source-rules.ts'
import { testProjects } from './checks/test-projects.ts'
import { format, lint, types, unused } from './checks/tools.ts'
import { type Check, type Verdict, verdictText } from './lib/check.ts'
import { repository } from './lib/command.ts'

/** What needs nothing built; what answers at once comes first. */
const onSources: readonly Check[] = [
  ...[lockFile, packageFiles, fileSizes, adapterShape, contracts, changeset, docPaths, defaults],
  ...[format, types, lint, rooms, sourceRules, determinism, unused, testProjects, docFences, reference],
]

/** What looks at the built packages. */
const onBuilt: readonly Check[] = [packed, apiReports]

async function holds(check: Check): Promise<boolean> {
  const started = performance.now()
  const verdict = await verdictOf(check)
  console.log(verdictText(check, verdict, ((performance.now() - started) / 1000).toFixed(1)))
  return verdict.problems.length === 0
}

async function verdictOf(check: Check): Promise<Verdict> {
  try {
    return await check.run(repository)
  } catch (error) {
    return { says: '', problems: [error instanceof Error ? error.message : String(error)] }
  }
}

/** Runs checks that only read, two at a time: most start a tool that computes on one processor. Answers the names of those that do not hold. */
async function failuresOf(checks: readonly Check[]): Promise<string[]> {
  const failed: string[] = []
  const waiting = checks.values()
  const runner = async () => {
    for (const check of waiting) if (!(await holds(check))) failed.push(check.name)
  }
  await Promise.all([runner(), runner()])
  return failed
}

/** Runs the checks and returns the names of those that do not hold. */
async function failures(wanted: (check: Check) => boolean): Promise<string[]> {
  const failed = await failuresOf(onSources.filter(wanted))
  const after = onBuilt.filter(wanted)
  if (after.length === 0 && !wanted(build)) return failed
  if (!(await holds(build))) {
    for (const { name } of after) console.log(`FAIL  ${name.padEnd(14)} not looked at, because the build failed`)
    return [...failed, build.name, ...after.map((check) => check.name)]
  }
  for (const check of after) if (!(await holds(check))) failed.push(check.name)
  return failed
}

const names = process.argv.slice(2)
const known = [...onSources, build, ...onBuilt].map((check) => check.name)
const unknown = names.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`no check is called ${unknown.join(', ')}; there are ${known.join(', ')}`)
  process.exitCode = 2
} else {
  const failed = await failures((check) => names.length === 0 || names.includes(check.name))
  console.log(failed.length === 0 ? 'every check holds' : `failed: ${failed.join(', ')}`)
  process.exitCode = failed.length === 0 ? 0 : 1
}
