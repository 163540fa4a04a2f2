import type { Verdict } from '../../model/event.ts'
import type { MeasureReading } from '../../model/execution.ts'
import type { CheckReading } from './measure.ts'

/** How things stand now, by all checks of all targets. */
export type Standing = 'good' | 'bad' | 'unknown'

/** Good only when every check is, and at least one looked at the symptom: success needs positive evidence. */
export function standing(readings: readonly CheckReading[]): Standing {
  const verdicts = readings.map((reading) => reading.result.verdict)
  if (verdicts.includes('bad')) return 'bad'
  const looked = readings.some((reading) => reading.check.kind === 'symptom')
  return looked && !verdicts.includes('unknown') ? 'good' : 'unknown'
}

/** What is said once the deadline has passed without a recovery. */
export function verdictAtDeadline(
  readings: readonly CheckReading[],
  before: readonly MeasureReading[],
): Exclude<Verdict, 'recovered'> {
  if (standing(readings) === 'unknown') return 'inconclusive'
  return readings.some((reading) => isWorse(reading, before)) ? 'worse' : 'not-recovered'
}

/** Only measured health can be worse: more alerts can also mean that slow ones have come to fire. */
function isWorse({ check, target, result }: CheckReading, before: readonly MeasureReading[]): boolean {
  const now = check.kind === 'health' ? result.measure : undefined
  const then = before.find((each) => each.check === check.id && each.target === target && each.name === now?.name)
  if (now === undefined || then === undefined) return false
  return now.better === 'higher' ? now.value < then.value : now.value > then.value
}
