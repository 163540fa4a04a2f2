import type { Verdict } from '../../model/event.ts'
import type { Phase } from '../../model/phase.ts'
import { endExecutions } from '../journal/end.ts'
import type { Parts } from '../parts.ts'
import { deadlineFor } from '../verify/begin.ts'
import { unwell, verdictOn, verifiedEntries } from '../verify/verdict-on.ts'
import { noticeOf } from './notice.ts'
import { joinResults } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/** Phases whose own step goes on with what was seen to be done. */
const ownWay: readonly Phase[] = ['remediating', 'verifying', 'closed']

/**
 * Verifies what was seen to be done only after its incident had left the loop, as when a lost reply was classified late:
 * the verdict is told and locks and caps are free again. The incident stays where it stands, with the person who has it,
 * and nothing is undone. Undefined when there is nothing to verify.
 */
export async function verifyLate(parts: Parts, view: StepView): Promise<StepResult | undefined> {
  const seen = view.unfinished.filter(({ state }) => state === 'observed' || state === 'verifying')
  if (seen.length === 0 || ownWay.includes(view.incident.phase)) return undefined
  const since = Math.max(...seen.map(({ observedAt, intentAt }) => observedAt ?? intentAt))
  const said = await verdictOn(parts, view, seen, since + (await deadlineFor(parts, view)))
  if (said.kind === 'wait') return { next: said.next }
  const { verdict, readings } = said
  const ended = await endExecutions(
    parts,
    view,
    seen.map((execution) => ({ execution, state: execution.gone ? 'gone' : stateOf(verdict) })),
  )
  const told = joinResults(verifiedEntries(parts, view, seen, verdict, readings), ended)
  const { phase: to, reason } = view.incident
  const facts = { to, ...(reason && { reason }), actions: seen, because: unwell(verdict, readings) }
  const notice = noticeOf(parts, view, 'info', { matter: `verified-late-${verdict}`, ...facts })
  return joinResults(joinResults(told, notice), { next: { goodSince: undefined, deadlines: {} }, dueAt: 'now' })
}

function stateOf(verdict: Verdict): 'succeeded' | 'failed' | 'escalated' {
  if (verdict === 'recovered') return 'succeeded'
  return verdict === 'inconclusive' ? 'escalated' : 'failed'
}
