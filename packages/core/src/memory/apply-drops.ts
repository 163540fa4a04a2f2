import type { DroppedRow } from '../model/change.ts'
import { type DocumentTable, documentIndex } from '../model/documents.ts'
import { dropAlert } from './apply-alerts.ts'
import { revisionConflict, shelfOf } from './apply-documents.ts'
import { dropKeys } from './apply-keys.ts'
import { membersOfAlert } from './apply-members.ts'
import type { MemoryState, TenantState } from './memory-state.ts'
import { deleteIn, type Undo } from './undo.ts'

/** Deletes alerts with their members in the incident that each names; answers the first conflict, if any. */
export function dropAlerts(
  state: MemoryState,
  tenant: TenantState,
  rows: readonly DroppedRow[],
  undo: Undo,
): string | undefined {
  for (const { id, revision: expected } of rows) {
    const alert = tenant.alerts.get(id)
    const revision = alert?.revision ?? 0
    if (alert === undefined || revision !== expected)
      return `alert ${id} has revision ${revision}, expected ${expected}`
    const { incidentId } = alert
    if (incidentId !== undefined) {
      const members = tenant.members.get(incidentId)
      for (const [key] of membersOfAlert(tenant, incidentId, id)) members?.delete(key, undo)
    }
    dropAlert(state, tenant, alert, undo)
  }
  return undefined
}

/** Deletes documents as they were read; answers the first conflict, if any. */
export function dropDocuments(
  state: TenantState,
  table: DocumentTable,
  rows: readonly DroppedRow[],
  undo: Undo,
): string | undefined {
  const shelf = shelfOf(state, table)
  for (const { id, revision } of rows) {
    const row = shelf.rows.get(id)
    const because = revisionConflict(state, table, id, revision)
    if (because !== undefined) return because
    if (row === undefined) continue
    const { incidentId, state: stateOf } = documentIndex(table, row)
    shelf.rows.delete(id, undo)
    if (incidentId !== undefined) shelf.byIncident.get(incidentId)?.delete(id, undo)
    if (stateOf !== undefined) shelf.byState.get(stateOf)?.delete(id, undo)
  }
  return undefined
}

/** Deletes members, symptoms and keys of an incident that no alert names; answers the conflict, if any. */
export function dropMembers(tenant: TenantState, incidentId: string, undo: Undo): string | undefined {
  for (const id of tenant.alertsOfIncident.get(incidentId)?.walk() ?? []) {
    return `alert ${id} still names incident ${incidentId}`
  }
  deleteIn(tenant.members, incidentId, undo)
  deleteIn(tenant.symptoms, incidentId, undo)
  dropKeys(tenant, incidentId, undo)
  return undefined
}
