import type { Policy, PolicySimulation, SimulatedDecision } from '@mendkit/core'
import type { Session } from '../../store/session.ts'

/** What a document would have decided about the past. */
export interface Replay extends Omit<PolicySimulation, 'rows' | 'after'> {
  /** Plans of which the verdict would be another one, newest first. */
  readonly differences: readonly Difference[]
}

/** One plan that would have been decided differently. */
interface Difference extends SimulatedDecision {
  readonly actions: readonly { readonly type: string; readonly target: string }[]
}

type Totals = PolicySimulation['totals']

/** Judges every plan since a moment again, page after page. Writes nothing. */
export async function replay(session: Session, policies: readonly Policy[], since: string): Promise<Replay> {
  const { mendkit } = session
  const differences: Difference[] = []
  let totals: Totals | undefined
  let complete = true
  let after: string | undefined
  do {
    const query = { since, ...(after !== undefined && { after }) }
    const page = await mendkit.simulatePolicy(policies, query)
    for (const row of page.rows) if (row.was !== row.wouldBe) differences.push(await described(session, row))
    totals = totals === undefined ? page.totals : sum(totals, page.totals)
    complete &&= page.complete
    after = page.after
  } while (after !== undefined)
  return { differences, totals, complete }
}

async function described({ store, by, ctx }: Session, row: SimulatedDecision): Promise<Difference> {
  const plan = await store.get('plan', by.tenant, row.plan, ctx)
  const actions = (plan?.actions ?? []).map(({ type, target: { kind, namespace, name } }) => ({
    type,
    target: `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
  }))
  return { ...row, actions }
}

function sum(one: Totals, other: Totals): Totals {
  const verdicts = (was: Totals['was'], more: Totals['was']) => ({
    allow: was.allow + more.allow,
    ask: was.ask + more.ask,
    deny: was.deny + more.deny,
  })
  return {
    plans: one.plans + other.plans,
    changed: one.changed + other.changed,
    leftOut: one.leftOut + other.leftOut,
    was: verdicts(one.was, other.was),
    wouldBe: verdicts(one.wouldBe, other.wouldBe),
  }
}
