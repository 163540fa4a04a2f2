import type { ExecutionState } from '../../model/execution.ts'
import type { CallContext } from '../../ports/context.ts'
import { sumSpending } from '../models/spending.ts'
import type { Parts } from '../parts.ts'
import { earnedPlaces } from './earned.ts'
import { readNewest } from './read-newest.ts'
import { counterOf, type Report, type ReportNumbers, type ReportRow } from './shape.ts'

type Counts = { -readonly [Key in keyof ReportNumbers]: number }

const zero: ReportNumbers = {
  ...{ suggested: 0, asked: 0, rejected: 0, same: 0, different: 0, selfCleared: 0, unknown: 0 },
  ...{ executed: 0, verified: 0, failed: 0, undone: 0, savedMs: 0 },
}

const endings: Readonly<Partial<Record<ExecutionState, 'verified' | 'failed' | 'undone'>>> = {
  succeeded: 'verified',
  failed: 'failed',
  escalated: 'failed',
  gone: 'failed',
  undone: 'undone',
}

/** Counts what became of the plans that one tenant made from `since` on, and before `until`; ms since 1970. Reads only. */
export async function collectReport(
  { store }: Pick<Parts, 'store'>,
  tenant: string,
  { since, until, now }: { readonly since: number; readonly until: number | undefined; readonly now: number },
  ctx: CallContext,
): Promise<Report> {
  const of = <Table extends string>(table: Table) => ({ table, tenant, since })
  const plans = await readNewest(
    store,
    of('plan'),
    ({ at }) => at,
    ({ id, at, incidentId, cause, actions, decision: { kind } }) =>
      until !== undefined && at >= until
        ? undefined
        : { id, incidentId, cause, kind, types: actions.map(({ type }) => type) },
    ctx,
  )
  const approvals = await readNewest(
    store,
    of('approval'),
    ({ askedAt }) => askedAt,
    ({ planId, state }) => (state === 'rejected' ? planId : undefined),
    ctx,
  )
  const executions = await readNewest(
    store,
    of('execution'),
    ({ mintedAt }) => mintedAt,
    ({ planId, type, state, undoes }) =>
      undoes !== undefined || state === 'no-effect' ? undefined : { planId, type, state },
    ctx,
  )
  const suggestions = await readNewest(
    store,
    of('suggestion'),
    ({ suggestedAt }) => suggestedAt,
    ({ planId, type, verdict, suggestedAt, clearedAt }) => ({ planId, type, verdict, ms: clearedAt - suggestedAt }),
    ctx,
  )
  const diagnoses = await readNewest(
    store,
    of('diagnosis'),
    ({ at }) => at,
    ({ at, spending }) => (until !== undefined && at >= until ? undefined : spending),
    ctx,
  )
  const places = await earnedPlaces({ store }, tenant, ctx)
  const tally = createTally()
  const planned = new Map(plans.picked.map((plan) => [plan.id, plan]))
  const rejected = new Set(approvals.picked)
  const concluded = new Set([...executions.picked, ...suggestions.picked].map(({ planId }) => planId))
  const incidents = new Set<string>()
  for (const { id, incidentId, cause, kind, types } of plans.picked) {
    const superseded = incidents.has(incidentId) && !concluded.has(id) && !rejected.has(id)
    incidents.add(incidentId)
    if (superseded || (kind !== 'suggest' && kind !== 'ask')) continue
    for (const type of types) {
      tally.add(cause, type, kind === 'ask' ? 'asked' : 'suggested')
      if (rejected.has(id)) tally.add(cause, type, 'rejected')
    }
  }
  for (const { planId, type, state } of executions.picked) {
    const plan = planned.get(planId)
    if (plan === undefined) continue
    tally.add(plan.cause, type, 'executed')
    const ended = endings[state]
    if (ended !== undefined) tally.add(plan.cause, type, ended)
  }
  for (const { planId, type, verdict, ms } of suggestions.picked) {
    const plan = planned.get(planId)
    if (plan === undefined) continue
    tally.add(plan.cause, type, counterOf[verdict])
    if (verdict === 'same') tally.add(plan.cause, type, 'savedMs', ms)
  }
  return {
    since: new Date(since).toISOString(),
    until: new Date(until ?? now).toISOString(),
    ...tally.read(),
    earned: places.earned,
    ...(diagnoses.picked.length > 0 && { spending: sumSpending(diagnoses.picked) }),
    complete: [plans, approvals, executions, suggestions, diagnoses, places].every(({ complete }) => complete),
  }
}

function createTally() {
  const totals: Counts = { ...zero }
  const rows = new Map<string, { readonly cause: string; readonly action: string } & Counts>()
  return {
    add(cause: string, action: string, counter: keyof Counts, by = 1): void {
      const key = JSON.stringify([cause, action])
      const row = rows.get(key) ?? { cause, action, ...zero }
      rows.set(key, row)
      row[counter] += by
      totals[counter] += by
    },
    read: (): Pick<Report, 'rows' | 'totals'> => ({ rows: [...rows.values()].sort(byNumber), totals }),
  }
}

function byNumber(left: ReportRow, right: ReportRow): number {
  const actions = ({ suggested, asked, executed }: ReportRow) => suggested + asked + executed
  const names = ({ cause, action }: ReportRow) => `${cause} ${action}`
  return actions(right) - actions(left) || (names(left) < names(right) ? -1 : 1)
}
