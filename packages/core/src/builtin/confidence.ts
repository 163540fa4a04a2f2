import type { Confidence } from '../model/diagnosis.ts'
import type { Fact } from '../model/evidence.ts'

/**
 * How well the cited facts carry a hypothesis: `high` when at least three kinds of machine observation agree, `medium`
 * for two, `low` otherwise. Log lines are written by the workload itself and so add nothing.
 */
export function confidenceOf(facts: readonly Pick<Fact, 'kind'>[]): Confidence {
  const kinds = new Set(facts.map((fact) => fact.kind).filter((kind) => kind !== 'log'))
  if (kinds.size >= 3) return 'high'
  return kinds.size === 2 ? 'medium' : 'low'
}
