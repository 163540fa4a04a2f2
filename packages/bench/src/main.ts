import { print } from './print.ts'
import { type Effort, type Row, told } from './row.ts'
import { ai } from './suites/ai.ts'
import { host } from './suites/host.ts'
import { intake } from './suites/intake.ts'
import { loop } from './suites/loop.ts'
import { record } from './suites/record.ts'
import { trust } from './suites/trust.ts'

const suites: Readonly<Record<string, (effort: Effort) => AsyncIterable<Row>>> = {
  loop,
  intake,
  host,
  trust,
  record,
  ai,
}

const args = process.argv.slice(2)
const json = args.includes('--json')
const smoke = args.includes('--smoke')
const named = args.filter((arg) => !arg.startsWith('--'))
const unknown = named.filter((name) => !(name in suites))
if (unknown.length > 0) {
  console.error(`there is no suite ${unknown.join(', ')}; the suites are ${Object.keys(suites).join(', ')}`)
  process.exit(2)
}

const effort: Effort = { rounds: smoke ? 1 : 5, smoke }
const rows: Row[] = []
for (const [name, suite] of Object.entries(suites)) {
  if (named.length > 0 && !named.includes(name)) continue
  for await (const measured of suite(effort)) {
    const row = told(measured, effort)
    rows.push(row)
    if (json) console.log(JSON.stringify(row))
  }
}
if (!json) print(rows, effort)
