import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { unlessCorrupt } from '../unless-corrupt.ts'

/** Incidents that were merged one into the next: a longer chain counts as open. */
const longestChain = 20

/** Tells whether nothing will ever ask for the alerts of an incident again. */
export interface Settled {
  /** Whether it, and the one that it was merged into, was closed before `before` (ms since 1970). No incident at all is settled. */
  isSettled(incidentId: string | undefined, before: number): Promise<boolean>
}

/** A look at the incidents of a tenant that reads each once. */
export function settledIncidents(parts: Parts, tenant: string, ctx: CallContext): Settled {
  const read = new Map<string, Promise<Incident | 'corrupt' | undefined>>()

  function incidentOf(id: string): Promise<Incident | 'corrupt' | undefined> {
    const known = read.get(id)
    if (known !== undefined) return known
    const reading = readOne(id)
    read.set(id, reading)
    return reading
  }

  async function readOne(id: string): Promise<Incident | 'corrupt' | undefined> {
    const found = await unlessCorrupt(parts, `what belongs to incident ${id} is kept`, async () => ({
      incident: await parts.store.get('incident', tenant, id, ctx),
    }))
    return found === undefined ? 'corrupt' : found.incident
  }

  async function isSettled(incidentId: string | undefined, before: number): Promise<boolean> {
    for (let id = incidentId, steps = 0; steps < longestChain; steps += 1) {
      if (id === undefined) return true
      const incident = await incidentOf(id)
      if (incident === undefined) return true
      if (incident === 'corrupt' || incident.phase !== 'closed' || incident.phaseSince >= before) return false
      id = incident.mergedInto
    }
    return false
  }

  return { isSettled }
}
