import type { Put } from '../../model/change.ts'
import type { BudgetName, ModelSpending } from '../../model/model-budget.ts'
import type { Settings } from '../../model/settings.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Store } from '../../ports/store.ts'
import { leastCallMs } from './incident-room.ts'

const counted = ['tokens', 'calls', 'ms', 'microUsd'] as const
type Counted = (typeof counted)[number]

/** The names of the budgets that these are counted for. */
const dayBudgets: Readonly<Record<Counted, BudgetName>> = {
  tokens: 'day-tokens',
  calls: 'day-calls',
  ms: 'day-time',
  microUsd: 'day-money',
}

/** Rows that count what is set aside on the day (UTC) of a moment; the change conflicts when a budget of that day has no room for it. */
export function reserveOfDay(at: number, amounts: ModelSpending, limits: Settings['models']['perDay']): readonly Put[] {
  return counted.map((what): Put => {
    const max = limits[what]
    const put = { kind: 'counter', name: counterOf(at, what), add: amounts[what] } as const
    // What gives something back is never refused, also where a budget was made smaller meanwhile.
    return max === undefined || amounts[what] <= 0 ? put : { ...put, max }
  })
}

/** Rows that correct what was set aside by what was used: never refused, as it has been used. */
export function settleOfDay(at: number, difference: ModelSpending): readonly Put[] {
  return counted
    .filter((what) => difference[what] !== 0)
    .map((what): Put => ({ kind: 'counter', name: counterOf(at, what), add: difference[what] }))
}

/** What has been counted on the day of a moment. */
export async function usedOfDay(
  store: Pick<Store, 'counter'>,
  tenant: string,
  at: number,
  ctx: CallContext,
): Promise<Readonly<Record<Counted, number>>> {
  const values = await Promise.all(
    counted.map(async (what) => [what, await store.counter(tenant, counterOf(at, what), ctx)] as const),
  )
  return Object.fromEntries(values) as Record<Counted, number>
}

/** The first budget of the day that has no room for an amount, if any. */
export function spentOfDay(
  used: Readonly<Record<Counted, number>>,
  amounts: ModelSpending,
  limits: Settings['models']['perDay'],
): BudgetName | undefined {
  const left = (what: Counted) => (limits[what] ?? Number.POSITIVE_INFINITY) - used[what]
  const spent = counted.find((what) => amounts[what] > 0 && amounts[what] > left(what))
  if (spent !== undefined) return dayBudgets[spent]
  return left('ms') < leastCallMs ? 'day-time' : undefined
}

function counterOf(at: number, what: Counted): string {
  return `models-${new Date(at).toISOString().slice(0, 10)}-${what}`
}
