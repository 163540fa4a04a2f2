import type { ModelName, ModelRequest } from '../../model/model-call.ts'
import { noLongerNeeded } from '../../no-longer-needed.ts'
import type { LanguageModel } from '../../ports/language-model.ts'
import { withTimeout } from '../call.ts'
import { askAnalyzers } from '../diagnose/analyze.ts'
import { collect, gatherUpFront, type ReadingView } from '../diagnose/gather.ts'
import type { Parts } from '../parts.ts'
import { reservation } from './attempt.ts'
import { boundedRequest } from './bounded-request.ts'

/** What a model would be sent about an incident, and what that may cost. */
export interface ExplainedPrompt extends ModelRequest {
  /** Id of the analyzer that would ask. */
  readonly analyzer: string
  readonly model: ModelName
  /** At most so many tokens it would read. With `maxOutputTokens` it is what would be set aside. */
  readonly estimatedTokens: number
  /** Micro-dollars that would be set aside, at the dearest model that may answer. */
  readonly estimatedMicroUsd: number
}

/**
 * Runs the analyzers on evidence that is read now, up to the first call of a model, which is not made. Stores nothing and reserves
 * nothing. Undefined when no model would be asked.
 */
export function explainPrompt(parts: Parts, view: ReadingView): Promise<ExplainedPrompt | undefined> {
  const limit = { what: 'explaining the prompt', ms: parts.settings.diagnosis.timeoutMs }
  return withTimeout(parts, limit, view.ctx, async (ctx) => {
    const enough = new AbortController()
    const first = Promise.withResolvers<ExplainedPrompt>()
    const within = { ...view, ctx: { ...ctx, signal: AbortSignal.any([ctx.signal, enough.signal]) } }
    const collection = collect(parts, within)
    const run = async (): Promise<undefined> => {
      await gatherUpFront(parts, within, collection)
      await askAnalyzers(parts, within, collection, (analyzer, model, request) => {
        first.resolve(explained(parts, analyzer, model, request))
        return untilAborted(within.ctx.signal)
      })
    }
    const running = run()
    try {
      return await Promise.race([first.promise, running])
    } finally {
      enough.abort(noLongerNeeded)
      // Whatever an analyzer says to that, nobody waits for it any more.
      running.catch(() => undefined)
    }
  })
}

function explained(parts: Parts, analyzer: string, model: LanguageModel, given: ModelRequest): ExplainedPrompt {
  const { models } = parts.settings
  const { request, size } = boundedRequest(given, models)
  const { microUsd } = reservation(size, [model, ...(model.mayAnswer ?? [])], models)
  return {
    analyzer,
    model: { provider: model.provider, model: model.model },
    ...request,
    estimatedTokens: size.input,
    estimatedMicroUsd: microUsd,
  }
}

/** An answer that never comes: whoever waits for it is told to stop. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
