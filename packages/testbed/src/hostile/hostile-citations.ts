import type { Chance } from '@mendkit/testkit'
import { type HostileCase, honest, proposing, type Sight } from './hostile-case.ts'
import { oddNumbers, oddTexts, oddValue } from './odd-values.ts'

/** Evidence that does not exist, facts out of range, and too little of either. */
export function forgedCitation(chance: Chance, sight: Sight): HostileCase {
  const both = chance.happens(0.5)
  const draft = both ? honest(sight) : proposing(sight, 'kubernetes.scale', { replicas: 0 })
  const real = chance.pick(sight.facts).citation
  const forged = chance.pick<unknown>([
    [],
    [{ evidenceId: 'evi_00000000000000000000000000000000' }],
    [{ evidenceId: chance.pick(oddTexts), fact: 0 }],
    [real, { ...real, evidenceId: `${real.evidenceId}0` }],
    [{ ...real, fact: 1_000 + chance.below(1_000) }],
    [{ ...real, fact: chance.pick(oddNumbers) }],
    [{ ...real, fact: String(real.fact) }],
    [{ evidenceId: real.evidenceId, facts: [0, 1, 2] }],
    [real.evidenceId],
    oddValue(chance),
  ])
  for (const claim of [...draft.actions, ...(both ? draft.hypotheses : [])]) claim['citations'] = forged
  // What the hypothesis cites counts for its action too, and an odd number may be the index of a fact.
  const names = [
    /cit(es|ation)|evidence/,
    /no machine observation|kind of observation|no policy allows it/,
    /a trap of a proxy|revoked|no value for/,
  ]
  return { kind: 'forged citation', answer: () => draft, names }
}

/** Parameters that are right while they are checked, and something else later. */
export function shifting(chance: Chance, sight: Sight): HostileCase {
  const draft = honest(sight)
  const { goodReplicaSet } = sight.scenery
  let reads = 0
  const turnsAfter = chance.below(40)
  const params = Object.defineProperty({}, 'replicaSet', {
    enumerable: true,
    get: () => (reads++ < turnsAfter ? goodReplicaSet : chance.pick(oddTexts)),
  })
  const [action] = draft.actions
  if (action !== undefined) action['params'] = params
  const names = [/params|replicaSet|ReplicaSet/]
  return { kind: 'shifting parameters', answer: () => draft, names, harmless: true }
}
