import { type AutonomyLevel, lowerLevel } from '../../model/autonomy.ts'
import type { Expectation } from '../../model/change.ts'
import type { EarnedAutonomy, EarnedWith } from '../../model/earned-autonomy.ts'
import type { PlannedAction } from '../../model/plan.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { levelForScopes } from '../autonomy.ts'
import type { Parts } from '../parts.ts'
import { earningPlace } from './place.ts'

/** The level that counts for a plan now. */
export interface LevelInForce {
  readonly level: AutonomyLevel
  /** How it was earned. Absent: it was configured. */
  readonly because?: Redacted
  /** The rows that it rests on, as they were read: an intent expects them, so that a level that is lost meanwhile stops it. */
  readonly restsOn: readonly Expectation[]
}

/** What is judged: the actions of a plan, and whether they are the way back of an execution. */
export interface Judged {
  readonly tenant: string
  readonly cause: Redacted
  readonly actions: readonly Pick<PlannedAction, 'type' | 'target' | 'risk' | 'autonomyLimit'>[]
  /** The level that something was done under: it may be taken back under it, whatever became of what was earned. */
  readonly doneUnder?: AutonomyLevel
}

/**
 * The lowest level of all actions: for each what is configured, raised by what was earned up to its ceiling (to `approve` at most
 * where the risk is high), and lowered by what the owners of its target permit.
 */
export async function levelInForce(
  parts: Pick<Parts, 'store' | 'autonomy' | 'settings'>,
  { tenant, cause, actions, doneUnder }: Judged,
  ctx: CallContext,
): Promise<LevelInForce> {
  const of = { autonomy: parts.autonomy, earnUpTo: parts.settings.autonomy.earnUpTo }
  let level: AutonomyLevel = 'auto'
  const reasons: string[] = []
  const restsOn: Expectation[] = []
  for (const { type, target, risk, autonomyLimit = 'auto' } of actions) {
    const scopes = { type, namespace: target.namespace }
    const most: AutonomyLevel = risk === 'high' ? 'approve' : 'auto'
    const configured = lowerLevel(levelForScopes(of, scopes, 'suggest'), autonomyLimit)
    const reachable = lowerLevel(levelForScopes(of, scopes, most), autonomyLimit)
    if (reachable === configured || doneUnder !== undefined) {
      level = lowerLevel(level, lowerLevel(reachable, doneUnder ?? reachable))
      continue
    }
    const { id } = earningPlace(cause, type, target)
    const row = await parts.store.get('earned', tenant, id, ctx)
    const earned = levelForScopes(of, scopes, lowerLevel(row?.level ?? 'suggest', most))
    const here = lowerLevel(earned, autonomyLimit)
    if (here !== configured) {
      restsOn.push({ kind: 'revision', table: 'earned', id, revision: row?.revision ?? 0 })
      if (row?.earnedWith !== undefined) reasons.push(earnedWords(type, cause, row.earnedWith))
    }
    level = lowerLevel(level, here)
  }
  const because = reasons.length === 0 ? undefined : message`${[...new Set(reasons)].join('; ')}`
  return { level, restsOn, ...(because !== undefined && { because }) }
}

/** `shop.fix against rules/bad-flag earned auto with 35 of 35 outcomes (lower bound 0.9011, 0.9 needed)`. */
function earnedWords(type: string, cause: string, { successes, outcomes, bound, threshold }: EarnedWith): string {
  return `${type} has earned it against ${cause} with ${successes} of ${outcomes} outcomes (lower bound ${bound}, ${threshold} needed)`
}

/** The level of a row where it stands, whatever the risk of a single plan. */
export function standingLevel(
  parts: Pick<Parts, 'autonomy' | 'settings'>,
  place: Pick<EarnedAutonomy, 'type' | 'namespace'>,
  earned: AutonomyLevel,
): AutonomyLevel {
  const of = { autonomy: parts.autonomy, earnUpTo: parts.settings.autonomy.earnUpTo }
  return levelForScopes(of, place, earned)
}
