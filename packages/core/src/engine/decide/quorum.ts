import type { GivenAnswer } from '../../model/approval.ts'
import type { ApproverGroup } from '../../model/approver-group.ts'
import type { Principal } from '../../model/principal.ts'

/** Whether a principal is in a group, by its id or by a role. */
export function isInGroup({ names }: ApproverGroup, { id, roles }: Principal): boolean {
  return names.some((name) => name === id || roles.includes(name))
}

/**
 * The groups that are not satisfied yet, each with how many of it must still approve; none when the answers suffice. A
 * principal counts once for every group that it is in.
 */
export function missingApprovers(
  groups: readonly ApproverGroup[],
  answers: readonly GivenAnswer[],
): readonly ApproverGroup[] {
  const approvals = answers.filter(({ kind }) => kind === 'approve')
  return groups.flatMap((group) => {
    const approved = new Set(approvals.filter(({ by }) => isInGroup(group, by)).map(({ by }) => by.id))
    const count = group.count - approved.size
    return count > 0 ? [{ names: group.names, count }] : []
  })
}
