import type { Execution } from '../../model/execution.ts'
import type { Plan, PlannedAction } from '../../model/plan.ts'
import type { Action, EffectInput } from '../../ports/action.ts'
import { type ActionSlot, actionOf, boundFields } from '../decide/plan-action.ts'
import { digestOf, sameJson } from '../digest.ts'
import type { Parts } from '../parts.ts'
import { type StepView, viewOf } from '../steps/view.ts'

/** One effect to make: what was promised, and how to tell whether a fresh look still matches the promise. */
export interface Effect {
  readonly plan: Plan
  readonly index: number
  readonly action: Action
  readonly slot: ActionSlot
  /** What the plan promised; for an undo, what is to be swapped back. */
  readonly promised: PlannedAction
  readonly undoes?: Execution
}

/** The effect of one action of a plan. */
export function planEffect(parts: Parts, plan: Plan, index: number, promised: PlannedAction): Effect {
  return { plan, index, action: actionOf(parts, promised.type), slot: promised, promised }
}

/** The effect that swaps an execution's before and after, under an id of its own; `postponed` is one that waits to be sent again. */
export function undoEffect(
  parts: Parts,
  view: StepView,
  plan: Plan,
  original: Execution,
  promised: PlannedAction,
  postponed: Execution | undefined,
): Effect {
  const executionId = postponed?.id ?? parts.ids.next('exe')
  const slot = { ...promised, executionId, mintedAt: postponed?.mintedAt ?? view.now }
  return { plan, index: original.index, action: actionOf(parts, original.type), slot, promised, undoes: original }
}

/**
 * Whether a fresh preview still shows what was promised: the same object, fields and difference. For an undo: whether
 * the object is still as the original left it, so that nobody else changed it since.
 */
export function stillMatches(effect: Effect, fresh: PlannedAction): boolean {
  const { undoes, promised } = effect
  if (undoes !== undefined) return fresh.target.uid === undoes.target.uid && sameJson(fresh.before, undoes.after)
  return digestOf(boundFields(fresh)) === digestOf(boundFields(promised))
}

/** What the action is given to carry out, observe or fence; `fenced` once it was fenced. */
export function effectInput(view: StepView, execution: Execution, fenced: boolean = false): EffectInput {
  const { params, target, before, after, guard, fence, mintedAt } = execution
  return {
    params,
    target,
    incident: viewOf(view.incident),
    executionId: execution.id,
    mintedAt,
    preview: { before, after, guard },
    fence,
    ...(fenced && { fenced }),
  }
}
