import type { Approval, Execution, Plan } from '@mendkit/core'
import type { Evidence, SimulationCheck } from '../check.ts'
import { hasBegun, intentsOf } from './intents.ts'

/** An intent rests on a plan that was allowed, or that somebody who may has approved as it stands, in time and once. */
export const decided: SimulationCheck = {
  id: 'decided',
  onChange(evidence, { change }) {
    return intentsOf(change).flatMap(({ row }) => {
      const plan = evidence.ledger.plans.get(row.planId)
      if (plan === undefined) return [`${row.id} was intended for no plan`]
      if (row.undoes !== undefined) return []
      const doubts = plan.actions.flatMap((action) => action.doubts)
      if (plan.decision.kind === 'allow') {
        return doubts.length === 0 ? [] : [`${row.id} was intended without asking in spite of ${doubts.join(', ')}`]
      }
      if (plan.decision.kind !== 'ask') return [`${row.id} was intended although its plan says ${plan.decision.kind}`]
      return faultOf(evidence, row, plan).map((fault) => `${row.id} was intended although ${fault}`)
    })
  },
}

/** What was approved is approved for once. */
export const approvalUsedUp: SimulationCheck = {
  id: 'approval-used-up',
  onTaken({ ledger }, { change }) {
    return intentsOf(change).flatMap(({ row }) =>
      [...ledger.approvals.values()]
        .filter(({ planId, state }) => planId === row.planId && state === 'granted')
        .map(({ id }) => `${row.id} was intended, and its approval ${id} can be used again`),
    )
  },
}

function faultOf({ ledger, stepBegan, effects }: Evidence, row: Execution, plan: Plan): readonly string[] {
  if (row.index > 0) return []
  const approval = [...ledger.approvals.values()].find(
    ({ planId, state }) => planId === plan.id && (state === 'granted' || state === 'used'),
  )
  if (approval === undefined) return ['nobody has approved its plan']
  const faults: string[] = []
  if (row.sends === 1 && approval.state === 'used') faults.push(`its approval ${approval.id} was used before`)
  if (approval.digest !== plan.digest) faults.push(`its approval ${approval.id} is for another digest`)
  if (stepBegan(row.incidentId) >= approval.expiresAt && !hasBegun(effects, row))
    faults.push(`its approval ${approval.id} has expired`)
  if (!isAnswered(ledger, approval)) faults.push('too few of those who may have given this answer')
  return faults
}

/** Whether enough of those who may have said yes to what they saw, as their commands tell. */
function isAnswered({ commands }: Evidence['ledger'], approval: Approval): boolean {
  const said = [...commands.values()].filter(
    ({ body, by }) =>
      body.kind === 'approve' &&
      body.approvalId === approval.id &&
      body.digest === approval.digest &&
      (body.reauthenticated || !approval.proofNeeded) &&
      by.id !== approval.proposedBy,
  )
  return approval.approvers.every(({ names, count }) => {
    const members = said.filter(({ by }) =>
      names.some((name) => name === by.id || by.roles.some((role) => role === name)),
    )
    return new Set(members.map(({ by }) => by.id)).size >= count
  })
}
