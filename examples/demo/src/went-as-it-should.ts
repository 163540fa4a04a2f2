import type { DemoOptions } from './options.ts'
import type { Report } from './report.ts'

/**
 * The rollout was fixed, the stale yes did nothing, and what made it worse was taken back. Whoever is asked may say no, or
 * leave before the scenes: then only what was played counts, and nothing was to be done after a no.
 */
export function wentAsItShould(
  { incidents, drift, rollback }: Report,
  { yes, json }: Pick<DemoOptions, 'yes' | 'json'>,
): boolean {
  const [first] = incidents
  const wasAsked = !yes && !json
  if (first === undefined) return false
  if (wasAsked && first.actions.length === 0) return true
  const wasFixed = first.phase === 'resolved'
  if (wasAsked && drift === null && rollback === null) return wasFixed
  const didNothing = drift?.effects === 0 && drift.approvals[0]?.state === 'void'
  return wasFixed && didNothing && rollback?.reason === 'undone'
}
