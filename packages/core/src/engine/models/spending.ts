import type { ModelSpending } from '../../model/model-budget.ts'
import type { ModelTurn } from '../../model/model-turn.ts'

const fields = [
  'calls',
  'tokens',
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'ms',
  'microUsd',
] as const satisfies readonly (keyof ModelSpending)[]

/** Nothing spent. */
export const noSpending: ModelSpending = {
  calls: 0,
  tokens: 0,
  inputTokens: 0,
  cachedInputTokens: 0,
  outputTokens: 0,
  ms: 0,
  microUsd: 0,
}

/** All of it together. */
export function sumSpending(all: readonly ModelSpending[]): ModelSpending {
  return all.reduce((sum, each) => combined(sum, each, 1), noSpending)
}

/** What is left of one when another is taken away; below zero where that was more. */
export function lessSpending(from: ModelSpending, what: ModelSpending): ModelSpending {
  return combined(from, what, -1)
}

/** What calls have used of their incident's budgets by now. One that is out, or was lost, has taken no longer than since it was made. */
export function usedBy(turns: readonly ModelTurn[], now: number): ModelSpending {
  return sumSpending(
    turns.map(({ state, at, spending }) =>
      state === 'asked' ? { ...spending, ms: Math.max(0, Math.min(spending.ms, now - at)) } : spending,
    ),
  )
}

function combined(one: ModelSpending, other: ModelSpending, times: 1 | -1): ModelSpending {
  const sums = fields.map((field) => [field, one[field] + times * other[field]] as const)
  return Object.fromEntries(sums) as Record<keyof ModelSpending, number>
}
