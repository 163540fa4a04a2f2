import type { Verdict } from '../../model/event.ts'
import type { Execution } from '../../model/execution.ts'
import { actionOf } from '../decide/plan-action.ts'
import { endExecutions } from '../journal/end.ts'
import type { Parts } from '../parts.ts'
import type { CheckReading } from '../verify/measure.ts'
import { unwell, verdictOn, verifiedEntries } from '../verify/verdict-on.ts'
import { noticeOf } from './notice.ts'
import { joinResults, moveTo } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/**
 * Waits until the symptom is gone and the workload is well, and until both have held for the soak window. *Not
 * recovered* is said only at the deadline.
 */
export async function verify(parts: Parts, view: StepView): Promise<StepResult> {
  const done = view.unfinished.filter((each) => each.undoes === undefined)
  const deadline = view.incident.phaseSince + parts.settings.verification.deadlineMs
  const said = await verdictOn(parts, view, done, deadline)
  if (said.kind === 'wait') return { next: said.next }
  return said.verdict === 'recovered'
    ? recovered(parts, view, done, said.readings)
    : notRecovered(parts, view, done, said.verdict, said.readings)
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
  const told = joinResults(verifiedEntries(parts, view, done, 'recovered', readings), ended)
  const reason = isOurs(done) ? 'remediated' : 'resolved-after-effect'
  const notice = noticeOf(parts, view, 'info', { matter: 'recovered', to: 'resolved', reason, actions: done })
  const hold = view.now + parts.settings.hold.ms
  return joinResults(joinResults(told, notice), moveTo(parts, view, 'resolved', { reason, deadlines: { hold } }))
}

async function notRecovered(
  parts: Parts,
  view: StepView,
  done: readonly Execution[],
  verdict: Exclude<Verdict, 'recovered'>,
  readings: readonly CheckReading[],
): Promise<StepResult> {
  const told = verifiedEntries(parts, view, done, verdict, readings)
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
