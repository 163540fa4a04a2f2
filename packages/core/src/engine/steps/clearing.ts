import type { Phase } from '../../model/phase.ts'
import { voidApproval } from '../decide/void-approval.ts'
import type { Parts } from '../parts.ts'
import { leftToPeople } from './left-to-people.ts'
import { tellPaged } from './notice.ts'
import { joinResults, type Move, moveTo } from './result.ts'
import type { StepResult, StepView } from './view.ts'

const clearable: readonly Phase[] = [
  'open',
  'diagnosing',
  'deciding',
  'awaiting-approval',
  'suggested',
  'handed-over',
  'escalated',
]

/**
 * Resolves an incident whose alerts have all cleared by themselves. Not while an execution is in flight, whose outcome
 * must be known first, and never because alerts are suppressed: a silence is not a recovery.
 */
export async function clearing(parts: Parts, view: StepView): Promise<StepResult | undefined> {
  const { incident } = view
  if (view.firing > 0 || view.suppressed > 0 || view.unfinished.length > 0) return undefined
  if (!clearable.includes(incident.phase)) return undefined
  const voided = await voidApproval(parts, view, 'alerts-cleared')
  const reason = incident.hadEffect ? 'resolved-after-effect' : 'self-resolved'
  const hold = view.now + parts.settings.hold.ms
  const told = joinResults(voided, tellPaged(parts, view, 'resolved', reason))
  return joinResults(told, moveTo(parts, view, 'resolved', { reason, deadlines: { hold }, ...toJudge(view) }))
}

/** In a step of its own: reading the world must never hold up that the incident is resolved. */
function toJudge({ incident, now: clearedAt }: StepView): Move {
  const planId = leftToPeople(incident) ?? incident.unjudged?.planId
  return planId === undefined ? {} : { next: { unjudged: { planId, clearedAt } }, dueAt: 'now' }
}
