import type { ModelSpending } from '../../model/model-budget.ts'
import type { ModelName, ModelReply } from '../../model/model-call.ts'
import type { Settings } from '../../model/settings.ts'
import { costOf, mostCostOf, priceOf } from './price.ts'

/** How many tokens a call may have. */
export interface CallSize {
  /** At most so many are read. */
  readonly input: number
  /** At most so many are written. */
  readonly output: number
}

/** What one attempt is set aside for: the most that it can use, at the price of the dearest model that may answer. */
export function reservation(
  { input, output }: CallSize,
  named: readonly ModelName[],
  settings: Settings['models'],
): ModelSpending {
  const costs = named.map((each) => mostCostOf({ input, output }, priceOf(each, settings)))
  return {
    calls: 1,
    tokens: input + output,
    inputTokens: input,
    cachedInputTokens: 0,
    outputTokens: output,
    ms: 0,
    microUsd: Math.max(...costs),
  }
}

/** What an attempt that was answered has used. What the provider did not count stands at what was set aside for it. */
export function used({ usage, answeredBy }: ModelReply, size: CallSize, settings: Settings['models']): ModelSpending {
  const { inputTokens: input = size.input, outputTokens: output = size.output } = usage
  const cachedInput = Math.min(input, usage.cachedInputTokens ?? 0)
  const cacheWrite = Math.min(input - cachedInput, usage.cacheWriteTokens ?? 0)
  const tokens = { input: input - cachedInput - cacheWrite, cachedInput, cacheWrite, output }
  const price = priceOf(answeredBy, settings)
  return {
    calls: 1,
    tokens: input + output,
    inputTokens: input,
    cachedInputTokens: cachedInput,
    outputTokens: output,
    ms: 0,
    // An input that nobody counted may have been written to a cache, which is dearer.
    microUsd: usage.inputTokens === undefined ? mostCostOf({ input, output }, price) : costOf(tokens, price),
  }
}
