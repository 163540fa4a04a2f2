import { enableCompileCache } from 'node:module'
import { plantedBugs } from './bugs.ts'
import { plant } from './mutate.ts'

/** Plays seeds with one bug planted, and prints the first finding as JSON; `{}` when there is none. */
const [name, from, seeds] = process.argv.slice(2)
const bug = plantedBugs.find((each) => each.name === name)
if (bug === undefined) throw new Error(`there is no planted bug ${name}`)
plant(bug)
// The same sources are loaded again and again, all but one.
enableCompileCache()
// Nobody reads the stacks of the errors that a simulation makes by the thousand.
Error.stackTraceLimit = 0
// Only now may the engine be loaded.
const { findViolation } = await import('../play-seeds.ts')
const report = await findViolation({ from: Number(from), seeds: Number(seeds) })
const [violation] = report?.violations ?? []
const found = report && violation && { seed: report.seed, check: violation.check, because: violation.because }
console.log(JSON.stringify(found ?? {}))
