import { comparedRow, type Effort, median, type Row, statedRow } from '../row.ts'
import { casbin } from './casbin.ts'
import { type Ask, action, type Judge, type MakeJudge, teamsOf } from './case.ts'
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
    const made = new Map<string, readonly Ask[]>()
    for (const [name, make] of Object.entries(judges)) made.set(name, questionsOf(await make(teams), teams))
    for (let round = 0; round < rounds; round += 1) {
      for (const [name, questions] of made) {
        const key = `${name} ${rules}`
        spent.set(key, [...(spent.get(key) ?? []), await microseconds(questions, smoke ? 1 : longEnoughMs)])
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

/**
 * Processor time, so that others on the machine count as little as they can. To look at the clock takes longer than some
 * decisions, so it is looked at after twice as many each time.
 */
async function microseconds(questions: readonly Ask[], leastMs: number): Promise<number> {
  const began = process.cpuUsage()
  let count = 0
  for (let until = 1; ; until *= 2) {
    for (; count < until; count += 1) await questions[count % questions.length]?.()
    const { user, system } = process.cpuUsage(began)
    const spent = user + system
    if (spent >= leastMs * 1_000) return spent / count
  }
}

/** As many questions whatever the number of rules, which are then all that differs; about rules all over the set. */
function questionsOf(judge: Judge, teams: readonly string[]): readonly Ask[] {
  return Array.from({ length: sizes[0] }, (_, index) => {
    const team = teams[(index * 7_919) % teams.length] ?? ''
    return judge.about({ team, action })
  })
}
