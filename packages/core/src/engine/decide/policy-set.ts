import { readScope } from '../../builtin/policies/applies.ts'
import type { PlannedAction } from '../../model/plan.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Policy } from '../../ports/policy.ts'
import { rememberingRedact } from './remembering-redact.ts'
import { scopeIndex } from './scope-index.ts'

/** The policies of a host, made ready once and asked about many plans. */
export interface PolicySet {
  readonly policies: readonly Policy[]
  /** Those that apply to a plan of these actions, in the order of all. */
  applyingTo(actions: readonly PlannedAction[]): readonly Policy[]
  /** As `redact`, for what policies say: mostly the same. */
  readonly words: (text: string) => Redacted
}

/** Makes policies ready, as they are now: what one applies to is read once. */
export function policySet(policies: readonly Policy[]): PolicySet {
  // Once: a second answer that differs could leave a policy out of both those that are found and those that are always asked.
  const scopes = policies.map(({ appliesTo }) => appliesTo)
  const entries = policies.map((policy, place) => {
    const scope = scopes[place]
    return { policy, place, applies: scope === undefined ? undefined : readScope(scope) }
  })
  const everywhere = entries.filter(({ applies }) => applies === undefined)
  const alwaysAsked = everywhere.map(({ policy }) => policy)
  const mayApply = scopeIndex(scopes)
  return {
    policies,
    applyingTo(actions) {
      const found: (typeof entries)[number][] = []
      for (const place of mayApply(actions)) {
        const entry = entries[place]
        if (entry?.applies?.(actions) === true) found.push(entry)
      }
      if (found.length === 0) return alwaysAsked
      found.push(...everywhere)
      return found.sort((left, right) => left.place - right.place).map(({ policy }) => policy)
    },
    words: rememberingRedact(1_000 + policies.length),
  }
}
