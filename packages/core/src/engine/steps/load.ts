import { MendkitError } from '../../errors.ts'
import { unfinishedExecutionStates } from '../../model/execution.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Claim } from '../../ports/lease-store.ts'
import { holderOf } from '../escalation/holder.ts'
import type { Parts } from '../parts.ts'
import { type Lease, type StepView, switchOf } from './view.ts'

/** Id of the kill switch's row. */
export const pauseSetting = 'pause'

/** Id of the row that says who has taken an incident over. */
export function holderSetting(incidentId: string): string {
  return `holder:${incidentId}`
}

/** Reads all that a step sees. Throws `corrupt` when the claimed incident does not exist. */
export async function loadView(parts: Parts, claim: Claim, lease: Lease, ctx: CallContext): Promise<StepView> {
  const { store } = parts
  const { tenant, incidentId } = claim
  const holderId = holderSetting(incidentId)
  const [incident, symptoms, commands, unfinished, pause, holder, now] = await Promise.all([
    store.get('incident', tenant, incidentId, ctx),
    store.symptoms(tenant, incidentId, ctx),
    store.list('command', { tenant, incidentId, states: ['pending'], limit: 100 }, ctx),
    store.list('execution', { tenant, incidentId, states: unfinishedExecutionStates, limit: 100 }, ctx),
    store.get('setting', tenant, pauseSetting, ctx),
    store.get('setting', tenant, holderId, ctx),
    store.now(ctx),
  ])
  if (incident === undefined) {
    throw new MendkitError('corrupt', `incident ${incidentId} of tenant ${tenant} is due but does not exist`)
  }
  return {
    claim,
    lease,
    incident,
    symptoms,
    firing: symptoms.reduce((sum, symptom) => sum + symptom.firing, 0),
    suppressed: symptoms.reduce((sum, symptom) => sum + symptom.suppressed, 0),
    commands,
    unfinished,
    pause: switchOf(pauseSetting, pause),
    holder: holderOf(holderId, holder),
    now,
    ctx,
  }
}
