import { putAlert } from './apply-alerts.ts'
import { dropKeys, keysOf, putKey } from './apply-keys.ts'
import { dropMember, putMember } from './apply-members.ts'
import type { MemoryState, TenantState } from './memory-state.ts'
import type { Undo } from './undo.ts'

/** Moves members, alerts, symptoms and keys of one incident to another. */
export function moveMembers(
  state: MemoryState,
  tenant: TenantState,
  { from, into }: { readonly from: string; readonly into: string },
  undo: Undo,
): void {
  for (const id of [...(tenant.alertsOfIncident.get(from)?.walk() ?? [])]) {
    const alert = tenant.alerts.get(id)
    if (alert === undefined) continue
    putAlert(state, tenant, alert, { ...alert, incidentId: into, revision: alert.revision + 1 }, undo)
  }
  for (const [, row] of [...(tenant.members.get(from)?.walk() ?? [])]) {
    dropMember(tenant, row, undo)
    putMember(tenant, { ...row.member, incidentId: into }, row.symptom, undo)
  }
  for (const row of keysOf(tenant, from)) putKey(tenant, { ...row, incidentId: into }, undo)
  dropKeys(tenant, from, undo)
}
