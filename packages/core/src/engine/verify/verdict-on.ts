import type { Verdict } from '../../model/event.ts'
import type { Execution } from '../../model/execution.ts'
import { resourceKey } from '../../model/resource.ts'
import { draft } from '../draft.ts'
import type { Parts } from '../parts.ts'
import type { IncidentPatch, StepResult, StepView } from '../steps/view.ts'
import { type CheckReading, checkSince } from './measure.ts'
import { standing, verdictAtDeadline } from './verdict.ts'

/** What can be said of executions now: a verdict, or when to look again. */
export type Said =
  | { readonly kind: 'verdict'; readonly verdict: Verdict; readonly readings: readonly CheckReading[] }
  | { readonly kind: 'wait'; readonly next: IncidentPatch }

/**
 * Asks the checks about what was done. Recovered needs symptom and health to be good through the soak window; anything
 * else is said only at the incident's verification deadline, or at `otherwise` where it has none.
 */
export async function verdictOn(
  parts: Parts,
  view: StepView,
  done: readonly Execution[],
  otherwise: number,
): Promise<Said> {
  const readings = await readAll(parts, view, done)
  const { everyMs, soakMs } = parts.settings.verification
  const deadline = view.incident.deadlines.verification ?? otherwise
  if (standing(readings) === 'good') {
    const goodSince = view.incident.goodSince ?? view.now
    if (view.now - goodSince >= soakMs) return { kind: 'verdict', verdict: 'recovered', readings }
    const poll = Math.min(goodSince + soakMs, view.now + everyMs)
    // A recovery that began in time may finish its soak after the deadline.
    const verification = Math.max(deadline, goodSince + soakMs)
    return { kind: 'wait', next: { goodSince, deadlines: { verification, poll } } }
  }
  if (view.now < deadline) {
    const poll = Math.min(deadline, view.now + everyMs)
    return { kind: 'wait', next: { goodSince: undefined, deadlines: { verification: deadline, poll } } }
  }
  const before = done.flatMap((execution) => execution.measuresBefore)
  return { kind: 'verdict', verdict: verdictAtDeadline(readings, before), readings }
}

async function readAll(parts: Parts, view: StepView, done: readonly Execution[]): Promise<readonly CheckReading[]> {
  const latest = new Map(done.map((execution) => [resourceKey(execution.target), execution]))
  const readings = await Promise.all([...latest.values()].map((execution) => checkSince(parts, view, execution)))
  return readings.flat()
}

/** The audit entries of a verdict, one an execution. */
export function verifiedEntries(
  parts: Parts,
  view: StepView,
  done: readonly Execution[],
  verdict: Verdict,
  readings: readonly CheckReading[],
): StepResult {
  const subject = { kind: 'incident', id: view.incident.id } as const
  const checks = readings.map(({ check, result }) => ({ check: check.id, verdict: result.verdict }))
  return {
    audit: done.map((execution) =>
      draft(parts, 'execution-verified', subject, { execution: execution.id, verdict, checks }),
    ),
  }
}

/** The verdict, and every check that was not good, in its own words. */
export function unwell(verdict: Verdict, readings: readonly CheckReading[]): string {
  const bad = readings.filter(({ result }) => result.verdict !== 'good')
  return [`verified as ${verdict}`, ...bad.map(({ check, result }) => `${check.id}: ${result.because}`)].join('; ')
}
