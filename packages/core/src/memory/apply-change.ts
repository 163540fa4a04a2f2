import type { Change, Expectation, Put } from '../model/change.ts'
import { putAlerts } from './apply-alerts.ts'
import { putDocument, revisionConflict } from './apply-documents.ts'
import { dropAlerts, dropDocuments, dropMembers } from './apply-drops.ts'
import { leaseConflict, raise, schedule } from './apply-due.ts'
import { dropHistory, putHistory } from './apply-history.ts'
import { dropKeys, putKey } from './apply-keys.ts'
import { putMembers } from './apply-members.ts'
import { moveMembers } from './apply-move.ts'
import { type MemoryState, type TenantState, tenantState } from './memory-state.ts'
import { deleteIn, getOrMake, setIn, takeBack, type Undo } from './undo.ts'

/**
 * Applies a change wholly or not at all, and notes how to take it back. Answers why it conflicts, if it does. Throws
 * `invalid` for a member of an alert that is not stored.
 */
export function applyChange(state: MemoryState, change: Change, now: number, undo: Undo): string | undefined {
  const own: Undo = []
  const of = getOrMake(state.tenants, change.tenant, tenantState)
  try {
    const because = firstConflict(state, of, change, now, own)
    if (because === undefined) undo.push(...own)
    else takeBack(own)
    return because
  } catch (error) {
    takeBack(own)
    throw error
  }
}

function firstConflict(
  state: MemoryState,
  of: TenantState,
  change: Change,
  now: number,
  undo: Undo,
): string | undefined {
  for (const expectation of change.expect) {
    const because = expectationConflict(of, expectation, now)
    if (because !== undefined) return because
  }
  for (const [index, put] of change.put.entries()) {
    const because = applyPut(state, { tenant: change.tenant, of }, put, { path: `put[${index}]`, now, undo })
    if (because !== undefined) return because
  }
  return undefined
}

function expectationConflict(of: TenantState, expectation: Expectation, now: number): string | undefined {
  return expectation.kind === 'revision'
    ? revisionConflict(of, expectation.table, expectation.id, expectation.revision)
    : leaseConflict(of, expectation.incidentId, expectation.epoch, now)
}

/** Answers why the put conflicts, if it does. */
function applyPut(
  state: MemoryState,
  where: { readonly tenant: string; readonly of: TenantState },
  put: Put,
  { path, now, undo }: { readonly path: string; readonly now: number; readonly undo: Undo },
): string | undefined {
  const { tenant, of } = where
  switch (put.kind) {
    case 'document': {
      const because = revisionConflict(of, put.table, put.row.id, put.row.revision)
      if (because === undefined) putDocument(of, put.table, put.row, undo)
      return because
    }
    case 'alerts':
      return putAlerts(state, of, put.rows, undo)
    case 'members':
      putMembers(of, put.rows, path, undo)
      return undefined
    case 'correlation-key': {
      const { kind: _, ...row } = put
      putKey(of, { tenant, ...row }, undo)
      return undefined
    }
    case 'drop-correlation-keys':
      dropKeys(of, put.incidentId, undo)
      return undefined
    case 'move-members':
      moveMembers(state, of, put, undo)
      return undefined
    case 'raise':
      raise(state, where, put.incidentId, now, undo)
      return undefined
    case 'schedule':
      schedule(state, where, put, now, undo)
      return undefined
    case 'counter':
      return addToCounter(of, put, undo)
    case 'blob':
      if (!of.blobs.has(put.blob.digest)) setIn(of.blobs, put.blob.digest, put.blob, undo)
      return undefined
    case 'history':
      putHistory(of, put.rows, undo)
      return undefined
    case 'drop-history':
      dropHistory(of, put.ids, undo)
      return undefined
    case 'drop-alerts':
      return dropAlerts(state, of, put.rows, undo)
    case 'drop-documents':
      return dropDocuments(of, put.table, put.rows, undo)
    case 'drop-members':
      return dropMembers(of, put.incidentId, undo)
    case 'erase-blobs':
      for (const digest of put.digests) deleteIn(of.blobs, digest, undo)
      return undefined
  }
}

function addToCounter(of: TenantState, put: Extract<Put, { kind: 'counter' }>, undo: Undo): string | undefined {
  const sum = (of.counters.get(put.name) ?? 0) + put.add
  if (put.max !== undefined && sum > put.max) return `counter ${put.name} would be ${sum}, above ${put.max}`
  setIn(of.counters, put.name, sum, undo)
  return undefined
}
