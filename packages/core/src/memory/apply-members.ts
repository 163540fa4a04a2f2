import { MendkitError } from '../errors.ts'
import type { Alert, Membership } from '../model/alert.ts'
import { countSymptom } from './apply-symptoms.ts'
import { joinKey, type MemberRow, type TenantState } from './memory-state.ts'
import { SortedMap } from './sorted-map.ts'
import { type SymptomName, symptomOf } from './symptom-of.ts'
import { getOrMake, type Undo } from './undo.ts'

/** Where a member stands among the members of its incident. */
export function memberKey({ alertId, episode }: Pick<Membership, 'alertId' | 'episode'>): string {
  return joinKey(alertId, String(episode).padStart(16, '0'))
}

/** Adds members that are new. Throws `invalid` for one whose alert is not stored. */
export function putMembers(state: TenantState, rows: readonly Membership[], path: string, undo: Undo): void {
  for (const [index, member] of rows.entries()) {
    const alert = state.alerts.get(member.alertId)
    if (alert === undefined) throw unknownAlert(`${path}.rows[${index}].alertId`, member)
    putMember(state, member, symptomOf(alert), undo)
  }
}

/** The error for a member whose alert is not stored. */
function unknownAlert(path: string, member: Membership): MendkitError {
  const message = `the change was refused: \`${path}\` names alert ${member.alertId}, which is not stored; put the alert first`
  return new MendkitError('invalid', message, { path })
}

/** Adds one member, unless it is there already, and counts it under a symptom. */
export function putMember(state: TenantState, member: Membership, symptom: SymptomName, undo: Undo): void {
  const members = getOrMake(state.members, member.incidentId, () => new SortedMap<MemberRow>())
  const key = memberKey(member)
  if (members.get(key) !== undefined) return
  members.set(key, { member, symptom }, undo)
  countSymptom(state, member.incidentId, member.tenant, symptom, { total: 1 }, undo)
}

/** Takes one member away. */
export function dropMember(state: TenantState, { member, symptom }: MemberRow, undo: Undo): void {
  state.members.get(member.incidentId)?.delete(memberKey(member), undo)
  countSymptom(state, member.incidentId, member.tenant, symptom, { total: -1 }, undo)
}

/** Counts the members of an alert under the symptom that the alert has now. */
export function recountMembers(state: TenantState, incidentId: string, alert: Alert, undo: Undo): void {
  const symptom = symptomOf(alert)
  for (const [, row] of membersOfAlert(state, incidentId, alert.id)) {
    if (row.symptom.key === symptom.key) continue
    dropMember(state, row, undo)
    putMember(state, row.member, symptom, undo)
  }
}

/** The members of one alert, each with the key that it stands under. */
export function membersOfAlert(
  state: TenantState,
  incidentId: string,
  alertId: string,
): readonly (readonly [string, MemberRow])[] {
  const rows: [string, MemberRow][] = []
  for (const [key, row] of state.members.get(incidentId)?.walk(joinKey(alertId, '')) ?? []) {
    if (row.member.alertId !== alertId) break
    rows.push([key, row])
  }
  return rows
}
