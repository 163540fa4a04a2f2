import type { Policy } from '../../ports/policy.ts'

/**
 * Denies a plan that was made longer ago than that. What policies are told of the past is found by the age of plans, so an
 * older one could escape them; and nobody should act today on what was proposed last week.
 */
export function stalePlan(mostMs: number): Policy {
  return {
    spec: 1,
    id: 'safety.stale',
    decide({ plan, now }) {
      const old = plan.actions.find(({ mintedAt }) => now - mintedAt > mostMs)
      if (old === undefined) return { kind: 'abstain' }
      const hours = Math.floor((now - old.mintedAt) / 3_600_000)
      return { kind: 'deny', because: `${old.type} was planned ${hours} hours ago, which is too long; plan it anew` }
    },
  }
}
