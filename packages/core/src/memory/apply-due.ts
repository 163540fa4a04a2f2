import type { Put } from '../model/change.ts'
import { type DueRow, joinKey, type MemoryState, sortableMoment, type TenantState } from './memory-state.ts'
import { setIn, type Undo } from './undo.ts'

/** The conflict when a lease is not held under this epoch, if it is not. */
export function leaseConflict(state: TenantState, incidentId: string, epoch: number, now: number): string | undefined {
  const row = state.due.get(incidentId)
  if (row?.epoch !== epoch) return `the lease on ${incidentId} has epoch ${row?.epoch ?? 0}, expected ${epoch}`
  return row.leaseUntil > now ? undefined : `the lease on ${incidentId} ended at ${row.leaseUntil}; it is ${now}`
}

/** Stores when an incident is due and who holds it. */
export function putDue(state: MemoryState, tenant: TenantState, row: DueRow, undo: Undo): void {
  const before = tenant.due.get(row.incidentId)
  if (before?.dueAt !== undefined) state.due.delete(dueKey(before, before.dueAt), undo)
  setIn(tenant.due, row.incidentId, row, undo)
  if (row.dueAt !== undefined) state.due.set(dueKey(row, row.dueAt), row, undo)
}

/** Makes an incident due now, with one more input. */
export function raise(
  state: MemoryState,
  { tenant, of }: { tenant: string; of: TenantState },
  incidentId: string,
  now: number,
  undo: Undo,
): void {
  const before = of.due.get(incidentId) ?? newDue(tenant, incidentId)
  putDue(state, of, { ...before, inputs: before.inputs + 1, dueAt: Math.min(before.dueAt ?? now, now) }, undo)
}

/** Ends a step: due at its next deadline, or now when an input came since it began. */
export function schedule(
  state: MemoryState,
  { tenant, of }: { tenant: string; of: TenantState },
  put: Extract<Put, { kind: 'schedule' }>,
  now: number,
  undo: Undo,
): void {
  const { dueAt: _, ...before } = of.due.get(put.incidentId) ?? newDue(tenant, put.incidentId)
  const dueAt = before.inputs === put.inputs ? put.dueAt : now
  const leaseUntil = put.release ? 0 : before.leaseUntil
  putDue(state, of, { ...before, leaseUntil, ...(dueAt !== undefined && { dueAt }) }, undo)
}

function newDue(tenant: string, incidentId: string): DueRow {
  return { tenant, incidentId, inputs: 0, epoch: 0, leaseUntil: 0 }
}

function dueKey(row: DueRow, dueAt: number): string {
  return joinKey(sortableMoment(dueAt), row.tenant, row.incidentId)
}
