import { MendkitError } from '../../errors.ts'
import type { BudgetName } from '../../model/model-budget.ts'
import type { ModelReply, ModelRequest } from '../../model/model-call.ts'
import type { ModelAnswer } from '../../ports/investigation.ts'
import type { LanguageModel, ModelCallContext } from '../../ports/language-model.ts'
import { understandModelReply } from '../answers/model-reply.ts'
import { withTimeout } from '../call.ts'
import type { Asking, OpenCall, Question } from './asking.ts'
import { reserve, reserveAgain } from './reserve.ts'
import { sendableRequest } from './sendable-request.ts'
import { settleAnswered, settleFailed } from './settle.ts'
import { lessSpending, noSpending } from './spending.ts'
import { isUnbilled } from './unbilled.ts'

/**
 * Asks a model within the budgets of the incident and its tenant. What the call may cost is set aside before it and settled after
 * it. A call that is cut off together with its step, or with its process, leaves what was set aside: it may have been billed.
 */
export async function askModel(
  asking: Asking,
  model: LanguageModel,
  request: ModelRequest,
  ctx: ModelCallContext,
): Promise<ModelAnswer> {
  const { parts } = asking
  const question = { model, ...sendableRequest(request, parts) }
  const reserved = await reserve(asking, question, ctx)
  if (reserved.kind === 'spent') return spent(asking, reserved.budget)
  const attempts = attemptsOf(asking, question, reserved.call, ctx)
  const limit = { what: `model ${model.id}`, ms: reserved.call.turn.reserved.ms }
  const began = parts.clock.monotonic()
  const elapsed = () => Math.max(0, Math.ceil(parts.clock.monotonic() - began))
  let reply: ModelReply
  try {
    const answer = await withTimeout(parts, limit, ctx, (within) =>
      model.generate(question.request, { ...ctx, ...within, beforeAttempt: attempts.before }),
    )
    reply = understandModelReply(limit.what, answer)
  } catch (error) {
    ctx.signal.throwIfAborted()
    const unbilled = isUnbilled(attempts.causeOf(error))
    await settleFailed(asking, attempts.call(), { error, unbilled, ms: elapsed() }, ctx)
    const budget = attempts.refusedBy(error)
    if (budget !== undefined) return spent(asking, budget)
    if (elapsed() >= limit.ms) return spent(asking, reserved.call.timeBudget)
    throw error
  }
  await settleAnswered(asking, attempts.call(), question, { reply, ms: elapsed() }, ctx)
  return { kind: 'replied', reply }
}

function spent({ parts }: Asking, budget: BudgetName): ModelAnswer {
  parts.metrics.count('mendkit_model_budgets_spent_total', { budget })
  return { kind: 'spent', budget }
}

/** An attempt that was not made, as it could not be set aside, and why the one before it had failed as far as anybody said. */
interface UnmadeAttempt {
  readonly error: unknown
  readonly failure: unknown
  /** The budget that had no room for it. Absent: the reservation itself failed. */
  readonly budget?: BudgetName
}

/** The attempts of one call, each with a reservation of its own. */
function attemptsOf(asking: Asking, { size }: Question, first: OpenCall, ctx: ModelCallContext) {
  let call = first
  let unmade: UnmadeAttempt | undefined
  /** Why the last attempt that was made has failed, when the call or the step to a further one ends with this error. */
  const causeOf = (error: unknown) => (unmade === undefined ? error : unmade.failure)

  async function before(named: Parameters<typeof reserveAgain>[2]['named'], told?: unknown): Promise<void> {
    const failure = causeOf(told)
    const given = isUnbilled(failure) ? lessSpending(noSpending, { ...call.attempt, calls: 0 }) : noSpending
    try {
      const reserved = await reserveAgain(asking, call, { named, size, given }, ctx)
      if (reserved.kind === 'reserved') {
        call = reserved.call
        unmade = undefined
        return
      }
      const text = `the budget ${reserved.budget} has no room for another attempt`
      const error = new MendkitError('rejected', text, { effect: 'none' })
      unmade = { error, failure, budget: reserved.budget }
    } catch (error) {
      unmade = { error, failure }
    }
    throw unmade.error
  }

  return {
    before,
    causeOf,
    call: () => call,
    refusedBy: (error: unknown) => (unmade !== undefined && tellsOf(error, unmade.error) ? unmade.budget : undefined),
  }
}

/** Whether an error is another one, or was caused by it. */
function tellsOf(error: unknown, other: unknown, depth = 0): boolean {
  if (error === other) return true
  return depth < 8 && error instanceof Error && tellsOf(error.cause, other, depth + 1)
}
