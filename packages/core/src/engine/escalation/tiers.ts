import type { PageStep } from '../../model/escalation.ts'
import type { EscalationPolicy } from './policies.ts'

/** One page of a policy: whom, and how long they have to answer. */
export interface TierPage {
  readonly step: PageStep
  readonly notifiers: readonly string[]
  readonly acknowledgeMs: number
}

/** The first page of a policy. */
export function firstPage(policy: EscalationPolicy): TierPage | undefined {
  return pageAt(policy, 1, 1)
}

/** The page after one that nobody answered; undefined after the last tier of the last round. */
export function pageAfter(policy: EscalationPolicy, { tier, round }: PageStep): TierPage | undefined {
  return pageAt(policy, tier + 1, round) ?? (round < policy.rounds ? pageAt(policy, 1, round + 1) : undefined)
}

/** Ids of all notifiers of the tiers up to one, that one included. */
export function notifiersUpTo({ tiers }: EscalationPolicy, tier: number): readonly string[] {
  return [...new Set(tiers.slice(0, tier).flatMap(({ notifiers }) => notifiers))]
}

function pageAt({ id, tiers, rounds }: EscalationPolicy, tier: number, round: number): TierPage | undefined {
  const found = tiers[tier - 1]
  return found && { ...found, step: { policy: id, tier, tiers: tiers.length, round, rounds } }
}
