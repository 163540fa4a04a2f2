import type { Incident } from '../../model/incident.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { chooseSurvivor, type Merger } from './choose-survivor.ts'
import type { Family } from './form-families.ts'
import { openIncident } from './open-incident.ts'
import type { PartitionName } from './read-chunk.ts'

/** A family and the incident that it has now. */
export interface SettledFamily extends Merger {
  readonly family: Family
  /** True when the survivor is new. */
  readonly opened: boolean
}

/** Gives a family its incident: a new one, the one it has, or the survivor of several. */
export async function settleFamily(
  parts: Parts,
  name: PartitionName,
  family: Family,
  ctx: CallContext,
): Promise<SettledFamily> {
  const [oldest, ...others] = family.incidents
  if (oldest !== undefined) return { family, opened: false, ...(await chooseSurvivor(parts, oldest, others, ctx)) }
  return { family, opened: true, survivor: openIncident(parts, name, family.alerts), merged: [], waiting: [] }
}

/** The incident that will hold what this one holds: its survivor when it merges, else itself. */
export function keeperOf(settled: SettledFamily, incidentId: string | undefined): Incident | undefined {
  const { survivor, merged, waiting } = settled
  if (incidentId === undefined) return undefined
  if (incidentId === survivor.id || merged.some(({ id }) => id === incidentId)) return survivor
  return waiting.find(({ id }) => id === incidentId)
}
