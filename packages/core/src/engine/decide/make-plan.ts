import type { Put } from '../../model/change.ts'
import type { Diagnosis } from '../../model/diagnosis.ts'
import type { Plan, PlannedAction } from '../../model/plan.ts'
import { resourceKey } from '../../model/resource.ts'
import { message } from '../../redact/message.ts'
import { digestOf } from '../digest.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { causeOf } from './cause.ts'
import { judge } from './judge.ts'
import { boundFields, previewAction, slotFor } from './plan-action.ts'
import { demandsProof } from './reauthenticate.ts'

/** Doubt about an object that an execution of ours changed a short while ago. */
export const cooldownDoubt = message`changed-by-us-within-cooldown`

/** A plan with the blobs of its differences. */
export interface MadePlan {
  readonly plan: Plan
  readonly put: readonly Put[]
}

/** Previews every proposed action and asks the policies. */
export async function makePlan(parts: Parts, view: StepView, diagnosis: Diagnosis): Promise<MadePlan> {
  const put: Put[] = []
  const actions: PlannedAction[] = []
  for (const proposal of diagnosis.actions) {
    const slot = await slotFor(parts, view, proposal)
    const previewed = await previewAction(parts, view, slot)
    put.push(...previewed.put)
    const recent = await changedRecently(parts, view, previewed.planned)
    const doubts = recent ? [...previewed.planned.doubts, cooldownDoubt] : previewed.planned.doubts
    actions.push({ ...withinCap(parts, previewed.planned), doubts })
  }
  const proposed = diagnosis.askedBy !== undefined && { proposedBy: diagnosis.askedBy }
  const cause = causeOf(diagnosis)
  const proofNeeded = demandsProof(parts, actions)
  const { decision } = await judge(parts, view, { cause, actions, ...proposed })
  const plan: Plan = {
    tenant: view.incident.tenant,
    id: parts.ids.next('pln'),
    incidentId: view.incident.id,
    diagnosisId: diagnosis.id,
    cause,
    ...proposed,
    at: view.now,
    actions,
    proofNeeded,
    digest: planDigest(parts, { actions, proofNeeded }),
    intentDigest: digestOf(actions.map(({ type, params, target }) => [type, params, resourceKey(target)])),
    decision,
    revision: 0,
  }
  return { plan, put }
}

/** What an approval of these actions is bound to, as one digest. */
export function planDigest(parts: Parts, { actions, proofNeeded }: Pick<Plan, 'actions' | 'proofNeeded'>): string {
  return digestOf({ actions: actions.map(boundFields), policyVersion: parts.policyVersion, proofNeeded })
}

function withinCap(parts: Parts, action: PlannedAction): PlannedAction {
  const { replicas } = action.blastRadius
  const cap = parts.settings.execution.maxReplicasInFlight
  if (replicas <= cap) return action
  return {
    ...action,
    refused: message`it puts ${replicas} replicas at risk; settings.execution.maxReplicasInFlight is ${cap}`,
  }
}

/** Whether an execution of ours changed what this action would change within the cooldown. */
export async function changedRecently(parts: Parts, view: StepView, action: PlannedAction): Promise<boolean> {
  const since = view.now - parts.settings.execution.cooldownMs
  for (const key of action.lockKeys) {
    const lock = await parts.store.get('lock', view.incident.tenant, key, view.ctx)
    if (lock?.lastEffectAt !== undefined && lock.lastEffectAt > since) return true
  }
  return false
}
