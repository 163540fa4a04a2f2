import { comparedRow, type Effort, median, type Row, statedRow } from '../row.ts'
import { casbin } from './casbin.ts'
import { action, type Judge, type MakeJudge, teamsOf } from './case.ts'
import { cedar } from './cedar.ts'
import { jsonRules } from './json-rules.ts'
import { ours } from './ours.ts'

const judges: Readonly<Record<string, MakeJudge>> = { ours, casbin, cedar, 'json-rules-engine': jsonRules }
const sizes = [50, 5_000] as const
const longEnoughMs = 300

/** What a decision costs of processor time with few and with many rules, each by every engine in turn within a round. */
export async function* decisions({ rounds, smoke }: Effort): AsyncIterable<Row> {
  const spent = new Map<string, number[]>()
  for (const rules of sizes) {
    const teams = teamsOf(rules)
    const made = new Map<string, Judge>()
    for (const [name, make] of Object.entries(judges)) made.set(name, await make(teams))
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, judge] of made) {
        const key = `${name} ${rules}`
        spent.set(key, [...(spent.get(key) ?? []), await microseconds(judge, teams, smoke ? 1 : longEnoughMs)])
      }
    }
  }
  const of = (name: string, rules: number) => spent.get(`${name} ${rules}`) ?? []
  for (const rules of sizes) {
    const what = `decision with ${rules} rules, reasons kept`
    const peers = Object.keys(judges).filter((name) => name !== 'ours')
    const fastest = peers.toSorted((a, b) => median(of(a, rules)) - median(of(b, rules)))[0] ?? ''
    if (rules === sizes[0]) {
      yield comparedRow(what, 'CPU µs', of('ours', rules), { name: fastest, values: of(fastest, rules) }, 50)
    } else {
      yield statedRow(what, 'CPU µs', of('ours', rules))
    }
    for (const name of peers) yield statedRow(`${what}: ${name}`, 'CPU µs', of(name, rules))
  }
  const [few, many] = sizes
  const growth = of('ours', many).map((each, round) => each / (of('ours', few)[round] ?? Number.NaN))
  yield statedRow(`decision with ${many} rules over one with ${few}`, 'times', growth, { atMost: 2 })
}

/** Processor time, so that others on the machine count as little as they can. */
async function microseconds(judge: Judge, teams: readonly string[], leastMs: number): Promise<number> {
  const began = process.cpuUsage()
  let count = 0
  let spent = 0
  while (spent < leastMs * 1_000) {
    // Rules all over the set in turn: none is always the first or the last.
    const team = teams[(count * 7_919) % teams.length] ?? ''
    await judge.decide({ team, action })
    count += 1
    const { user, system } = process.cpuUsage(began)
    spent = user + system
  }
  return spent / count
}
