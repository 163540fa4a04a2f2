import type { FactKind } from '../../model/evidence.ts'
import { type FactRow, keysOf } from './fact-rows.ts'

/** What a kind of fact is worth when room is short: what a machine says of a state most, how something is meant to be least. */
const byKind: Readonly<Record<FactKind, number>> = {
  status: 6,
  change: 6,
  event: 5,
  metric: 5,
  alert: 4,
  log: 2,
  spec: 2,
}

/** Names of facts that speak of something that went wrong. */
const wrong =
  /waiting|terminat|ended-by|exit-code|restart|fail|error|oom|evict|crash|back-off|unready|unhealthy|pressure|unschedul|kill|throttl|denied|timeout|condition|progressing|state$/

/** Names of facts that tell what an object was before, which is what a change is measured by. */
const earlier = /previous|image|limit/

/** How much a row helps to find a cause. Depends on the row and on what the incident is about, and on nothing else. */
export function valueOfRow(row: FactRow, focus: ReadonlySet<string>): number {
  const { kind, name, value } = row.fact
  const near = [...keysOf(row)].some((key) => focus.has(key)) ? 2 : 0
  // Whoever sends an alert chooses its name, which stands in the last part: it makes the fact worth no more.
  const spoken = kind === 'alert' ? name.split('.').slice(0, 2).join('.') : name
  const told = wrong.test(spoken) && value !== false && value !== 0 ? 4 : 0
  return byKind[kind] + near + told + (earlier.test(spoken) ? 2 : 0)
}
