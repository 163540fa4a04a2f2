import type { PastOutcome } from '../../builtin/confidence.ts'
import type { Documents } from '../../model/documents.ts'
import type { Execution, ExecutionState } from '../../model/execution.ts'
import type { Incident } from '../../model/incident.ts'
import type { PastExecution, PastIncident, PolicyHistory } from '../../model/policy-history.ts'
import { withoutLabels } from '../../model/resource.ts'
import type { Settings } from '../../model/settings.ts'
import type { CallContext } from '../../ports/context.ts'
import { digestOf } from '../digest.ts'
import type { Parts } from '../parts.ts'

/** Executions and incidents that policies are told of at most, each. */
export const mostOfHistory = 1_000
const pageSize = 100
const dayMs = 86_400_000

/** How long a plan may wait, for quiet hours to end, for an answer and for its turn, before its effect begins. */
export function longestWaitMs({ approval, escalation }: Settings): number {
  const isHeldUp = escalation?.policies.some(({ quietHours }) => quietHours?.waits === 'info-and-ask') ?? false
  return approval.expiresInMs + (isHeldUp ? 2 * dayMs : dayMs)
}

/** How far the clocks that made two ids may be apart. */
const clockMarginMs = 3_600_000
/** Outcomes that confidence is computed from. */
const outcomesRead = 100
const endedStates: readonly ExecutionState[] = ['succeeded', 'failed', 'undone', 'escalated']

/** How much of the past is read. */
export interface PastBound {
  /** Milliseconds since 1970. */
  readonly since: number
  readonly most: number
}

/**
 * What was done in a tenant. An execution's id is as old as its plan, so plans that may have waited for `waitedMs` before their
 * intent are looked for as far back as that.
 */
export async function readExecutions(
  parts: Pick<Parts, 'store'>,
  tenant: string,
  { since, most, waitedMs }: PastBound & { readonly waitedMs: number },
  ctx: CallContext,
): Promise<PolicyHistory<PastExecution>> {
  const { items, complete } = await readIntents(parts, tenant, { since, most, waitedMs }, ctx)
  return { items: items.map(pastExecution), complete }
}

/** As `readExecutions`, with what no policy is told. */
export async function readIntents(
  parts: Pick<Parts, 'store'>,
  tenant: string,
  { since, most, waitedMs }: PastBound & { readonly waitedMs: number },
  ctx: CallContext,
): Promise<PolicyHistory<Execution>> {
  const reaches = (row: Execution) => row.mintedAt < since - waitedMs - clockMarginMs
  const { rows, complete } = await newest(parts, 'execution', tenant, { reaches, most }, ctx)
  const items = rows.filter((row) => row.intentAt >= since)
  return { items: items.sort((left, right) => right.intentAt - left.intentAt), complete }
}

/** What broke in a tenant. */
export async function readIncidents(
  parts: Pick<Parts, 'store'>,
  tenant: string,
  { since, most }: PastBound,
  ctx: CallContext,
): Promise<PolicyHistory<PastIncident>> {
  const reaches = (row: Incident) => row.openedAt < since - clockMarginMs
  const { rows, complete } = await newest(parts, 'incident', tenant, { reaches, most }, ctx)
  const items = rows.filter((row) => row.openedAt >= since && row.mergedInto === undefined).map(pastIncident)
  return { items, complete }
}

/** How the last executions of a tenant ended, undos left out. */
export async function readOutcomes(
  parts: Pick<Parts, 'store'>,
  tenant: string,
  ctx: CallContext,
): Promise<readonly PastOutcome[]> {
  const query = { tenant, states: endedStates, descending: true, limit: outcomesRead } as const
  const ended = await parts.store.list('execution', query, ctx)
  return outcomesIn(ended)
}

/** How the newest of these executions ended; what has not ended, and undos, are left out. */
export function outcomesIn(
  executions: readonly Pick<Execution, 'cause' | 'type' | 'state' | 'undoes'>[],
): readonly PastOutcome[] {
  return executions
    .filter(({ state, undoes }) => endedStates.includes(state) && undoes === undefined)
    .slice(0, outcomesRead)
    .map(({ cause, type, state }) => ({ cause, type, good: state === 'succeeded' }))
}

async function newest<Table extends 'execution' | 'incident'>(
  { store }: Pick<Parts, 'store'>,
  table: Table,
  tenant: string,
  bound: { readonly reaches: (oldest: Documents[Table]) => boolean; readonly most: number },
  ctx: CallContext,
): Promise<{ readonly rows: readonly Documents[Table][]; readonly complete: boolean }> {
  const rows: Documents[Table][] = []
  while (rows.length < bound.most) {
    const limit = Math.min(pageSize, bound.most - rows.length)
    const last = rows.at(-1)
    const query = { tenant, descending: true, limit, ...(last && { after: last.id }) } as const
    const page = await store.list(table, query, ctx)
    rows.push(...page)
    const oldest = page.at(-1)
    if (page.length < limit || oldest === undefined || bound.reaches(oldest)) return { rows, complete: true }
  }
  return { rows, complete: false }
}

/** What policies are told of an execution. */
export function pastExecution(execution: Execution): PastExecution {
  const { id, incidentId, type, target, before, after, state, intentAt, undoes } = execution
  return {
    ...{ id, incidentId, type, state, at: intentAt },
    target: withoutLabels(target),
    before: digestOf(before),
    after: digestOf(after),
    ...(undoes !== undefined && { undoes }),
  }
}

function pastIncident({ id, openedAt, phase, resource }: Incident): PastIncident {
  return { id, openedAt, phase, ...(resource && { resource }) }
}
