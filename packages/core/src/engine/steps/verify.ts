import type { Verdict } from '../../model/event.ts'
import type { Execution } from '../../model/execution.ts'
import { resourceKey } from '../../model/resource.ts'
import { actionOf } from '../decide/plan-action.ts'
import { draft } from '../draft.ts'
import { endExecutions } from '../journal/end.ts'
import type { Parts } from '../parts.ts'
import { type CheckReading, checkSince } from '../verify/measure.ts'
import { standing, verdictAtDeadline } from '../verify/verdict.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/**
 * Waits until the symptom is gone and the workload is well, and until both have held for the soak window. *Not
 * recovered* is said only at the deadline.
 */
export async function verify(parts: Parts, view: StepView): Promise<StepResult> {
  const done = view.unfinished.filter((each) => each.undoes === undefined)
  const readings = await readAll(parts, view, done)
  const { everyMs, soakMs, deadlineMs } = parts.settings.verification
  const deadline = view.incident.deadlines.verification ?? view.incident.phaseSince + deadlineMs
  if (standing(readings) === 'good') {
    const goodSince = view.incident.goodSince ?? view.now
    if (view.now - goodSince >= soakMs) return recovered(parts, view, done, readings)
    const poll = Math.min(goodSince + soakMs, view.now + everyMs)
    // A recovery that began in time may finish its soak after the deadline.
    return { next: { goodSince, deadlines: { verification: Math.max(deadline, goodSince + soakMs), poll } } }
  }
  if (view.now < deadline) {
    return {
      next: {
        goodSince: undefined,
        deadlines: { verification: deadline, poll: Math.min(deadline, view.now + everyMs) },
      },
    }
  }
  return notRecovered(parts, view, done, readings)
}

async function readAll(parts: Parts, view: StepView, done: readonly Execution[]): Promise<readonly CheckReading[]> {
  const latest = new Map(done.map((execution) => [resourceKey(execution.target), execution]))
  const readings = await Promise.all([...latest.values()].map((execution) => checkSince(parts, view, execution)))
  return readings.flat()
}

async function recovered(
  parts: Parts,
  view: StepView,
  done: readonly Execution[],
  readings: readonly CheckReading[],
): Promise<StepResult> {
  const ended = await endExecutions(
    parts,
    view,
    done.map((execution) => ({ execution, state: execution.gone ? 'gone' : 'succeeded' })),
  )
  const told = joinResults(verified(parts, view, done, 'recovered', readings), ended)
  const reason = isOurs(done) ? 'remediated' : 'resolved-after-effect'
  const notice = noticeOf(parts, view, 'info', { matter: 'recovered', to: 'resolved', reason, actions: done })
  const hold = view.now + parts.settings.hold.ms
  return joinResults(joinResults(told, notice), moveTo(parts, view, 'resolved', { reason, deadlines: { hold } }))
}

async function notRecovered(
  parts: Parts,
  view: StepView,
  done: readonly Execution[],
  readings: readonly CheckReading[],
): Promise<StepResult> {
  const verdict = verdictAtDeadline(
    readings,
    done.flatMap((execution) => execution.measuresBefore),
  )
  const told = verified(parts, view, done, verdict, readings)
  const asked = done.some((execution) => actionOf(parts, execution.type).onFailure === 'undo')
  const wanted = verdict === 'worse' || (verdict === 'not-recovered' && asked)
  if (wanted && isOurs(done) && !view.holder.on) {
    const undoing = verdict === 'worse' ? 'worse' : 'not-recovered'
    return joinResults(told, moveTo(parts, view, 'remediating', { next: { undoing } }))
  }
  const state = verdict === 'inconclusive' ? 'escalated' : 'failed'
  const ended = await endExecutions(
    parts,
    view,
    done.map((execution) => ({ execution, state: execution.gone ? 'gone' : state })),
  )
  const gone = !isOurs(done)
  const reason = gone ? 'outcome-unknown' : 'not-recovered'
  const notice = noticeOf(parts, view, 'page', {
    matter: verdict,
    to: 'escalated',
    reason,
    actions: done,
    because: unwell(verdict, readings),
    ...(gone && {
      todo: 'the object is gone, so nothing holds its locks; read the timeline and look for another cause',
    }),
  })
  return joinResults(joinResults(told, joinResults(ended, notice)), moveTo(parts, view, 'escalated', { reason }))
}

/** Whether anything that is verified here is known to have been done by us. */
function isOurs(done: readonly Execution[]): boolean {
  return done.some((execution) => execution.gone !== true)
}

/** The verdict, and every check that was not good, in its own words. */
function unwell(verdict: Verdict, readings: readonly CheckReading[]): string {
  const bad = readings.filter(({ result }) => result.verdict !== 'good')
  return [`verified as ${verdict}`, ...bad.map(({ check, result }) => `${check.id}: ${result.because}`)].join('; ')
}

function verified(
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
