import { plantedBugs } from './bugs.ts'
import { plant } from './mutate.ts'

const [name, from, seeds] = process.argv.slice(2)
const bug = plantedBugs.find((each) => each.name === name)
if (bug === undefined) throw new Error(`there is no planted bug ${name}`)
plant(bug)
// Only now may the engine be loaded.
const { findViolation } = await import('../find-violation.ts')
console.log(JSON.stringify((await findViolation(Number(from), Number(seeds))) ?? {}))
