import type { Execution } from '../../model/execution.ts'
import type { Action } from '../../ports/action.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { effectInput } from './effect.ts'

/** Tells people at the target that an effect was made. What fails here is logged: the effect stands all the same. */
export async function announce(parts: Parts, view: StepView, action: Action, execution: Execution): Promise<void> {
  if (action.announce === undefined) return
  const what = `announcement of execution ${execution.id}`
  try {
    await callPort(parts, what, view.ctx, async (ctx) => action.announce?.(effectInput(view, execution), ctx))
  } catch (error) {
    view.ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`execution ${execution.id} could not be announced at its target`, error))
  }
}
