import { MendkitError } from '../../errors.ts'
import type { Execution } from '../../model/execution.ts'
import type { Observation } from '../../ports/observation.ts'
import { callPort } from '../call.ts'
import { actionOf } from '../decide/plan-action.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { noticeOf } from '../steps/notice.ts'
import { joinResults, moveTo, waitFor } from '../steps/result.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { announce } from './announce.ts'
import { effectInput } from './effect.ts'
import { endExecutions } from './end.ts'
import { goneResult } from './gone.ts'
import { appliedResult, noEffectResult } from './outcome.ts'
import { isOver, mayGoOn, resumeEffect } from './resume.ts'
import { observe } from './send.ts'

/**
 * Classifies an execution whose outcome nobody knows, whatever phase its incident is in: after a crash, a lost lease or
 * a lost reply. It may be called *not happened* only after every earlier guard was made to fail and the world was read
 * again. One that was postponed did nothing, and is sent again only while its plan is carried out. Undefined when there is
 * nothing to classify.
 */
export async function recoverExecution(parts: Parts, view: StepView): Promise<StepResult | undefined> {
  const isOpen = ({ state, resendAt }: Execution) =>
    (state === 'intent' && resendAt === undefined) || state === 'unknown'
  const postponed = view.unfinished.find((each) => each.resendAt !== undefined)
  if (postponed !== undefined && view.incident.phase !== 'remediating') return noEffectResult(parts, view, postponed)
  const execution = view.unfinished.find(isOpen)
  if (execution === undefined || execution.reads >= parts.settings.execution.maxReads) return undefined
  const readAt = view.incident.deadlines.execution
  if (execution.state === 'unknown' && readAt !== undefined && view.now < readAt)
    return waitFor(view, 'execution', readAt)
  const outcome = await classify(parts, view, execution)
  const plan = await parts.store.get('plan', execution.tenant, execution.planId, view.ctx)
  if (plan === undefined) throw new MendkitError('corrupt', `execution ${execution.id} has no plan ${execution.planId}`)
  if (outcome === 'applied') {
    // Whoever lost the reply may not have come to tell of it; telling twice is telling once.
    await announce(parts, view, actionOf(parts, execution.type), execution)
    return appliedResult(parts, view, plan, execution)
  }
  if (outcome === 'under-way') {
    const resumed = await resumeEffect(parts, view, execution)
    return resumed.kind === 'failed' ? readLater(parts, view, resumed.execution, true) : resumed.result
  }
  if (outcome === 'not-applied') return noEffectResult(parts, view, execution)
  if (outcome === 'gone') return goneResult(parts, view, execution)
  return readLater(parts, view, execution)
}

async function classify(parts: Parts, view: StepView, execution: Execution): Promise<Observation> {
  const action = actionOf(parts, execution.type)
  const seen = await observe(parts, view, { action }, execution)
  if (seen === 'applied' || seen === 'gone') return seen
  const goesOn = mayGoOn(parts, view, execution)
  if (seen === 'under-way' && goesOn && isOver(execution)) return seen
  // Without a fence a request may still be under way: nothing that it could yet change is certain.
  if (action.invalidate === undefined) return 'unknown'
  const what = `fence of execution ${execution.id}`
  try {
    await callPort(parts, what, view.ctx, async (ctx) => action.invalidate?.(effectInput(view, execution), ctx))
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`${what} could not be set`, error))
    return 'unknown'
  }
  const now = await observe(parts, view, { action }, execution, true)
  return now === 'under-way' && !goesOn ? 'unknown' : now
}

async function readLater(
  parts: Parts,
  view: StepView,
  execution: Execution,
  inVain: boolean = false,
): Promise<StepResult> {
  const { maxReads, readEveryMs } = parts.settings.execution
  const fenceable = actionOf(parts, execution.type).invalidate !== undefined
  const reads = fenceable && !inVain ? execution.reads + 1 : maxReads
  const row: Execution = { ...execution, state: 'unknown', reads }
  const kept: StepResult = { put: [{ kind: 'document', table: 'execution', row }] }
  if (reads < maxReads) {
    return joinResults(kept, waitFor(view, 'execution', view.now + readEveryMs))
  }
  const { phase } = view.incident
  const moves = phase === 'remediating' || phase === 'verifying'
  const notice = noticeOf(parts, view, 'page', {
    matter: `outcome-unknown-${execution.id}`,
    to: moves ? 'escalated' : phase,
    reason: 'outcome-unknown',
    actions: [execution],
    todo: `look whether the change was made, and say so with executions.settle('${execution.id}', …): until then its locks are held`,
  })
  const told = joinResults(kept, notice)
  if (!moves) return joinResults(told, { next: { deadlines: {} } })
  // What the plan did before is known and ends as it stands; only what nobody can tell keeps its locks.
  const known = view.unfinished.filter((each) => each.id !== execution.id && each.state !== 'unknown')
  const ended = await endExecutions(
    parts,
    view,
    known.map((each) => ({ execution: each, state: 'escalated' })),
  )
  const moved = moveTo(parts, view, 'escalated', { reason: 'outcome-unknown', next: { undoing: undefined } })
  return joinResults(joinResults(told, ended), moved)
}
