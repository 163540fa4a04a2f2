import type { BudgetName, ModelSpending } from '../../model/model-budget.ts'
import type { Settings } from '../../model/settings.ts'

/** A call with less time than this could only be paid for, not answered. */
export const leastCallMs = 1_000

/** What is left of the budgets of an incident. Absent: there is no such budget. */
export interface IncidentRoom {
  readonly tokens: number
  readonly calls: number
  readonly ms: number
  readonly microUsd?: number
}

/** What an incident has left. Below zero where a provider counted more than could be foreseen. */
export function incidentRoom(used: ModelSpending, limits: Settings['models']['perIncident']): IncidentRoom {
  const { tokens, calls, ms, microUsd } = limits
  return {
    tokens: tokens - used.tokens,
    calls: calls - used.calls,
    ms: ms - used.ms,
    ...(microUsd !== undefined && { microUsd: microUsd - used.microUsd }),
  }
}

/** The first budget of the incident that has no room for an attempt, if any. */
export function spentOfIncident(room: IncidentRoom, wanted: ModelSpending): BudgetName | undefined {
  if (wanted.calls > room.calls) return 'incident-calls'
  if (wanted.tokens > room.tokens) return 'incident-tokens'
  if (room.ms < leastCallMs) return 'incident-time'
  return wanted.microUsd > (room.microUsd ?? Number.POSITIVE_INFINITY) ? 'incident-money' : undefined
}
