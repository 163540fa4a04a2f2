import type { Put } from '../../model/change.ts'
import type { EarnedAutonomy, OutcomeKind } from '../../model/earned-autonomy.ts'
import type { AuditDraft } from '../../model/event.ts'
import type { Incident } from '../../model/incident.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Resource } from '../../model/resource.ts'
import type { CallContext } from '../../ports/context.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import { countOutcome } from './count-outcome.ts'
import { standingLevel } from './level-in-force.ts'
import { type EarningPlace, earningPlace } from './place.ts'

/** How one action of a plan came out. */
export interface Outcome {
  readonly kind: OutcomeKind
  readonly cause: Redacted
  /** Type of the action. */
  readonly type: string
  readonly target: Pick<Resource, 'cluster' | 'namespace'>
}

/** What the outcomes of a step change, to be committed with them. */
export interface CountedOutcomes {
  readonly put: readonly Put[]
  readonly audit: readonly AuditDraft[]
  /** The rows as they were read. */
  readonly rows: readonly EarnedAutonomy[]
}

const good: readonly OutcomeKind[] = ['same', 'verified']

/**
 * Counts the outcomes of one step where autonomy can be earned. Several in one place, as of a plan with two like actions, count
 * as one, and a bad one among them counts before good ones.
 */
export async function countOutcomes(
  parts: Parts,
  { tenant, id: incidentId }: Pick<Incident, 'tenant' | 'id'>,
  outcomes: readonly Outcome[],
  ctx: CallContext,
): Promise<CountedOutcomes> {
  const places = new Map<string, { readonly place: EarningPlace; readonly kind: OutcomeKind }>()
  for (const { kind, cause, type, target } of outcomes) {
    const place = earningPlace(cause, type, target)
    if (standingLevel(parts, place, 'auto') === standingLevel(parts, place, 'suggest')) continue
    const before = places.get(place.id)
    if (before === undefined || good.includes(before.kind)) places.set(place.id, { place, kind })
  }
  const put: Put[] = []
  const audit: AuditDraft[] = []
  const rows: EarnedAutonomy[] = []
  for (const { place, kind } of places.values()) {
    const stored = await parts.store.get('earned', tenant, place.id, ctx)
    const before = stored ?? { tenant, ...place, level: 'suggest', outcomes: 0, successes: 0, revision: 0 }
    rows.push(before)
    const stands = (level: EarnedAutonomy['level']) => standingLevel(parts, place, level)
    const { row, move } = countOutcome(before, kind, stands, parts.settings.autonomy)
    if (row !== before) put.push({ kind: 'document', table: 'earned', row })
    if (move === undefined || (move.from === move.to && move.outcomes === 0)) continue
    const { id: earned, type: action, ...where } = place
    audit.push(
      draft(parts, 'autonomy-moved', { kind: 'incident', id: incidentId }, { earned, action, ...where, kind, ...move }),
    )
  }
  return { put, audit, rows }
}

/** Whether any of these rows is no longer as it was read: somebody else counted an outcome meanwhile. */
export async function countedMeanwhile(
  { store }: Pick<Parts, 'store'>,
  rows: readonly EarnedAutonomy[],
  ctx: CallContext,
): Promise<boolean> {
  for (const { tenant, id, revision } of rows) {
    const now = await store.get('earned', tenant, id, ctx)
    if ((now?.revision ?? 0) !== revision) return true
  }
  return false
}
