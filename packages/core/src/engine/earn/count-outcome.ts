import type { AutonomyLevel } from '../../model/autonomy.ts'
import type { EarnedAutonomy, EarnedWith, OutcomeKind } from '../../model/earned-autonomy.ts'
import type { Settings } from '../../model/settings.ts'
import { roundedBound, wilsonLowerBound } from './wilson.ts'

/** A row after one more outcome, and the numbers of the move that this made, if any. */
export interface Counted {
  readonly row: EarnedAutonomy
  readonly move?: {
    readonly from: AutonomyLevel
    readonly to: AutonomyLevel
  } & Pick<EarnedWith, 'outcomes' | 'successes'> &
    Partial<EarnedWith>
}

/** The level in force for a row of this level. */
type Stands = (earned: EarnedAutonomy['level']) => AutonomyLevel

const agreement: readonly OutcomeKind[] = ['same', 'different', 'self-cleared']

/**
 * Counts one outcome. From suggest, agreement counts; above it, only what was carried out. Enough successes among enough
 * outcomes raise the level by one; one bad outcome lowers it by one. Either starts the count again.
 *
 * `stands` tells the level in force for a row of this level: what is configured may be above what was earned, and a ceiling below.
 */
export function countOutcome(
  row: EarnedAutonomy,
  kind: OutcomeKind,
  stands: Stands,
  settings: Settings['autonomy'],
): Counted {
  const from = stands(row.level)
  const isAgreement = agreement.includes(kind)
  if (isAgreement ? from !== 'suggest' : kind === 'verified' && from === 'suggest') return { row }
  if (!isAgreement && kind !== 'verified') return lowered(row, from, stands)
  const counted = {
    ...row,
    outcomes: row.outcomes + 1,
    successes: row.successes + (kind === 'same' || kind === 'verified' ? 1 : 0),
  }
  return raised(counted, from, stands, settings) ?? { row: counted }
}

function raised(
  row: EarnedAutonomy,
  from: AutonomyLevel,
  stands: Stands,
  { approveAfter, approveBound, autoAfter, autoBound }: Settings['autonomy'],
): Counted | undefined {
  const to = from === 'suggest' ? 'approve' : 'auto'
  if (from === 'auto' || stands(to) !== to) return undefined
  const [least, threshold] = to === 'approve' ? [approveAfter, approveBound] : [autoAfter, autoBound]
  const { outcomes, successes } = row
  if (outcomes < least || wilsonLowerBound(successes, outcomes) < threshold) return undefined
  const earnedWith = { outcomes, successes, bound: roundedBound(successes, outcomes), threshold }
  return { row: { ...row, level: to, outcomes: 0, successes: 0, earnedWith }, move: { from, to, ...earnedWith } }
}

function lowered(before: EarnedAutonomy, from: AutonomyLevel, stands: Stands): Counted {
  const { earnedWith: _, ...row } = before
  const level = from === 'auto' ? 'approve' : 'suggest'
  const next = { ...row, level, outcomes: 0, successes: 0 } as const
  return { row: next, move: { from, to: stands(level), outcomes: row.outcomes, successes: row.successes } }
}
