import type { Execution } from '../../model/execution.ts'
import type { Plan } from '../../model/plan.ts'
import type { VoidReason } from '../../model/reasons.ts'
import type { Redacted } from '../../model/redacted.ts'
import type { Observation } from '../../ports/observation.ts'
import { blobOf, blobPut } from '../blob.ts'
import { draft } from '../draft.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import { backToDeciding } from '../steps/back-to-deciding.ts'
import { noticeOf } from '../steps/notice.ts'
import { joinResults, moveTo } from '../steps/result.ts'
import type { StepResult, StepView } from '../steps/view.ts'
import { beginVerifying } from '../verify/begin.ts'
import { type Ending, endExecutions } from './end.ts'
import type { Sent } from './send.ts'
import { whyUndone } from './why-undone.ts'

/** Turns the end of a call into the outcome commit of its execution. */
export async function outcomeOf(parts: Parts, view: StepView, plan: Plan, sent: Sent): Promise<StepResult> {
  switch (sent.kind) {
    case 'applied':
      return appliedResult(parts, view, plan, sent.execution)
    case 'void':
      return noEffectResult(parts, view, sent.execution)
    case 'postponed':
      return postponedResult(parts, view, sent.execution, sent.afterMs)
    case 'failed':
      return failedResult(parts, view, sent.execution, sent.error)
    case 'unanchored':
      return unanchoredResult(parts, view, sent.execution, sent.because)
    case 'under-way':
      return underWayResult(parts, view, sent.execution, 0)
    case 'unknown':
      return unknownResult(parts, view, sent.execution)
  }
}

/** The effect was seen: the plan goes on with its next action, or with verification after the last. */
export async function appliedResult(
  parts: Parts,
  view: StepView,
  plan: Plan,
  execution: Execution,
): Promise<StepResult> {
  const row: Execution = { ...execution, state: 'observed', observedAt: view.now }
  const seen: StepResult = {
    put: [{ kind: 'document', table: 'execution', row }],
    audit: [observedEntry(parts, execution, 'applied')],
    next: { hadEffect: true },
    dueAt: 'now',
  }
  const last = execution.undoes === undefined && execution.index === plan.actions.length - 1
  if (!last || view.incident.phase !== 'remediating' || view.incident.undoing !== undefined) return seen
  return joinResults(seen, await beginVerifying(parts, view))
}

/** Definitely nothing happened. The plan is void, unless an earlier action of it has had its effect. */
export async function noEffectResult(
  parts: Parts,
  view: StepView,
  execution: Execution,
  because: VoidReason = 'no-effect',
): Promise<StepResult> {
  const ended = await endExecutions(parts, view, [{ execution, state: 'no-effect' }])
  const result = joinResults({ audit: [observedEntry(parts, execution, 'not-applied')] }, ended)
  if (view.incident.phase !== 'remediating') return joinResults(result, { dueAt: 'now' })
  if (execution.undoes !== undefined) return joinResults(result, await escalateUndo(parts, view, [execution.id]))
  if (execution.index > 0) return joinResults(result, await beginVerifying(parts, view))
  return joinResults(result, await backToDeciding(parts, view, because))
}

/** The other side refused for good. What the plan did before is undone backwards; then a person is called. */
async function failedResult(parts: Parts, view: StepView, execution: Execution, error: unknown): Promise<StepResult> {
  const failure = describeFailure(`${execution.type} failed`, error)
  const blob = blobOf(parts, execution.tenant, failure)
  const ended = await endExecutions(parts, view, [
    { execution: { ...execution, failure: blob.digest }, state: 'failed' },
  ])
  const noted = joinResults({ put: [blobPut(blob)], audit: [observedEntry(parts, execution, 'not-applied')] }, ended)
  if (execution.undoes !== undefined)
    return joinResults(noted, await escalateUndo(parts, view, [execution.id], failure))
  if (execution.index > 0) return joinResults(noted, { next: { undoing: 'not-recovered' }, dueAt: 'now' })
  const reason = 'execution-failed'
  const facts = { to: 'escalated', reason, actions: [execution], because: failure } as const
  const notice = noticeOf(parts, view, 'page', { matter: `execution-failed-${execution.id}`, ...facts })
  return joinResults(joinResults(noted, notice), moveTo(parts, view, 'escalated', { reason, failure }))
}

/** Its intent could not be anchored, so that nothing was sent. A person is called; what the plan did before is verified all the same. */
async function unanchoredResult(
  parts: Parts,
  view: StepView,
  execution: Execution,
  because: Redacted,
): Promise<StepResult> {
  const ended = await endExecutions(parts, view, [{ execution, state: 'no-effect' }])
  const noted = joinResults({ audit: [observedEntry(parts, execution, 'not-applied')] }, ended)
  if (execution.undoes !== undefined)
    return joinResults(noted, await escalateUndo(parts, view, [execution.id], because))
  const reason = 'not-anchored'
  const facts = { to: 'escalated', reason, actions: [execution], because } as const
  const notice = noticeOf(parts, view, 'page', { matter: `not-anchored-${execution.id}`, ...facts })
  const moved = moveTo(parts, view, 'escalated', { reason, failure: because, dueAt: 'now' })
  return joinResults(joinResults(noted, notice), moved)
}

/** Definitely nothing happened yet: the same execution is sent again later. It keeps its locks and its approval. */
async function postponedResult(
  parts: Parts,
  view: StepView,
  execution: Execution,
  afterMs: number,
): Promise<StepResult> {
  const resendAt = (await parts.store.now(view.ctx)) + afterMs
  return {
    put: [{ kind: 'document', table: 'execution', row: { ...execution, resendAt } }],
    audit: [observedEntry(parts, execution, 'not-applied')],
    next: { deadlines: { execution: resendAt } },
  }
}

/** The reply was lost: the world is read until it tells, and never sent to again blindly. */
function unknownResult(parts: Parts, view: StepView, execution: Execution): StepResult {
  const row: Execution = { ...execution, state: 'unknown' }
  return {
    put: [{ kind: 'document', table: 'execution', row }],
    audit: [observedEntry(parts, execution, 'unknown')],
    next: { deadlines: { execution: view.now + parts.settings.execution.readEveryMs } },
  }
}

/**
 * A part of the effect was done and its call is over, so that nothing of it is under way: the next part is due after `afterMs`.
 */
export function underWayResult(parts: Parts, view: StepView, execution: Execution, afterMs: number): StepResult {
  return {
    put: [{ kind: 'document', table: 'execution', row: { ...execution, state: 'unknown', reads: 0 } }],
    audit: [observedEntry(parts, execution, 'under-way')],
    next: { hadEffect: true, deadlines: afterMs === 0 ? {} : { execution: view.now + afterMs } },
    ...(afterMs === 0 && { dueAt: 'now' }),
  }
}

/** Ends what the plan did as it is and calls a person, because it could not be undone. */
export async function escalateUndo(
  parts: Parts,
  view: StepView,
  alreadyEnded: readonly string[] = [],
  failure?: string,
): Promise<StepResult> {
  // What has ended in this very step needs its keys no more.
  const unfinished = view.unfinished.filter((each) => !alreadyEnded.includes(each.id))
  const ended = await endExecutions(parts, { ...view, unfinished }, unfinished.filter(isKnown).map(asItStands))
  const reason = 'undo-impossible'
  const actions = view.unfinished.filter((execution) => execution.undoes === undefined)
  const why = whyUndone(view.incident)
  const because = failure === undefined ? why : `${why}; ${failure}`
  const facts = { to: 'escalated', reason, actions, because } as const
  const notice = noticeOf(parts, view, 'page', { matter: reason, ...facts })
  const moved = moveTo(parts, view, 'escalated', { reason, failure, next: { undoing: undefined } })
  return joinResults(joinResults(ended, notice), moved)
}

/** Whether it is known what an execution did. Of any other, only the world can tell, and it keeps its locks until then. */
export function isKnown({ state, resendAt }: Execution): boolean {
  return resendAt !== undefined || (state !== 'intent' && state !== 'unknown')
}

/** How an execution ends on which nothing more is done: what was certainly not sent did nothing. */
export function asItStands(execution: Execution): Ending {
  return { execution, state: execution.resendAt === undefined ? 'escalated' : 'no-effect' }
}

/** The audit entry of what the world showed about an execution. */
export function observedEntry(parts: Parts, execution: Execution, outcome: Observation) {
  const subject = { kind: 'incident', id: execution.incidentId } as const
  return draft(parts, 'execution-observed', subject, { execution: execution.id, outcome, sends: execution.sends })
}
