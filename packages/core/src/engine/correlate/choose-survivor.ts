import { unfinishedExecutionStates } from '../../model/execution.ts'
import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'

/** Which incident of a family lives on, which merge into it, and which must wait for an execution to end. */
export interface Merger {
  readonly survivor: Incident
  readonly merged: readonly Incident[]
  readonly waiting: readonly Incident[]
}

/**
 * The oldest survives, unless exactly one has an execution in flight: then that one does. Of several that have one, the
 * oldest of those takes the others in, and those that have one wait.
 */
export async function chooseSurvivor(
  parts: Parts,
  oldest: Incident,
  others: readonly Incident[],
  ctx: CallContext,
): Promise<Merger> {
  if (others.length === 0) return { survivor: oldest, merged: [], waiting: [] }
  const incidents = [oldest, ...others]
  const flying = await Promise.all(incidents.map((incident) => isInFlight(parts, incident, ctx)))
  const inFlight = incidents.filter((_, index) => flying[index])
  const survivor = inFlight[0] ?? oldest
  const rest = incidents.filter((incident) => incident !== survivor)
  return {
    survivor,
    merged: rest.filter((incident) => !inFlight.includes(incident)),
    waiting: rest.filter((incident) => inFlight.includes(incident)),
  }
}

async function isInFlight(parts: Parts, { tenant, id, phase }: Incident, ctx: CallContext): Promise<boolean> {
  if (phase === 'remediating' || phase === 'verifying') return true
  const query = { tenant, incidentId: id, states: unfinishedExecutionStates, limit: 1 }
  return (await parts.store.list('execution', query, ctx)).length > 0
}
