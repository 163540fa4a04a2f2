import type { Blocker } from '../../model/blocker.ts'
import type { Execution } from '../../model/execution.ts'
import { draft } from '../draft.ts'
import { blockerWords, findBlocker } from '../journal/blocker.ts'
import type { Effect } from '../journal/effect.ts'
import { escalateUndo, noEffectResult } from '../journal/outcome.ts'
import type { Parts } from '../parts.ts'
import { beginVerifying } from '../verify/begin.ts'
import { backToDeciding } from './back-to-deciding.ts'
import { handOver } from './hand-over.ts'
import { joinResults, patched } from './result.ts'
import type { StepResult, StepView } from './view.ts'

/**
 * What becomes of an effect whose intent was refused: it waits, says for what, and gives way once
 * `settings.execution.blockedMs` has passed since it first waited.
 */
export async function blocked(
  parts: Parts,
  view: StepView,
  effect: Effect,
  needs: Pick<Execution, 'lockKeys' | 'blastRadius'>,
  postponed: Execution | undefined,
): Promise<StepResult> {
  const by = await findBlocker(parts, view, effect, needs)
  return untilFree(parts, view, effect, by) ?? giveWay(parts, view, effect, by, postponed)
}

/** After a durable intent nothing is waited for any more. */
export const unblocked: StepResult = { next: { deadlines: {}, blockedBy: undefined } }

function untilFree(parts: Parts, view: StepView, effect: Effect, by: Blocker): StepResult | undefined {
  const { readEveryMs, blockedMs } = parts.settings.execution
  const { incident, now } = view
  const until = incident.deadlines.blocked ?? now + blockedMs
  if (now >= until) return undefined
  const subject = { kind: 'incident', id: incident.id } as const
  const data = { plan: effect.plan.id, action: effect.promised.type, by }
  return {
    next: { deadlines: { blocked: until, poll: now + readEveryMs }, blockedBy: by },
    audit: isSame(incident.blockedBy, by) ? [] : [draft(parts, 'execution-blocked', subject, data)],
  }
}

/** How full a cap is changes all the time; only what is in the way is news. */
function isSame(before: Blocker | undefined, now: Blocker): boolean {
  if (before?.kind === 'lock' && now.kind === 'lock') {
    return before.lockKey === now.lockKey && before.plan === now.plan && before.execution === now.execution
  }
  if (before?.kind === 'cap' && now.kind === 'cap') return before.cap === now.cap
  return before?.kind === now.kind
}

/**
 * Nothing done yet: the plan is void and a person gets the incident, in one commit, as deciding anew would only wait again.
 * What was postponed did nothing, what was done before is verified as it stands, and an undo that cannot be made calls a
 * person.
 */
async function giveWay(
  parts: Parts,
  view: StepView,
  { plan, index, undoes }: Effect,
  by: Blocker,
  postponed: Execution | undefined,
): Promise<StepResult> {
  const failure = `it waited too long: ${blockerWords(by)}`
  if (undoes !== undefined) return escalateUndo(parts, view, [], failure)
  if (postponed !== undefined) return noEffectResult(parts, view, postponed, 'blocked')
  if (index > 0) return beginVerifying(parts, view)
  const back = await backToDeciding(parts, view, 'blocked')
  const deciding = { ...view, incident: patched(view.incident, back.next ?? {}) }
  return joinResults(back, handOver(parts, deciding, 'blocked', { actions: plan.actions, failure }))
}
