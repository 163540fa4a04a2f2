import type { MessagesRequest } from './client.ts'
import type { AnthropicThinking } from './options.ts'

/** The fewest tokens that a model can be given to think, and those left to it for the answer. */
const leastTokens = 1_024

/** The thinking that fits into a request, and what was asked for in vain. */
export function thinkingOf(
  wanted: AnthropicThinking | undefined,
  maxOutputTokens: number,
): { readonly param: MessagesRequest['thinking']; readonly warnings: readonly string[] } {
  if (wanted === undefined) return { param: undefined, warnings: [] }
  if (wanted.type !== 'enabled') return { param: wanted, warnings: [] }
  const { budgetTokens, ...rest } = wanted
  const room = Math.min(budgetTokens, maxOutputTokens - leastTokens)
  if (room < leastTokens) {
    const warning = `no thinking: ${maxOutputTokens} tokens leave no room for it beside an answer`
    return { param: { type: 'disabled' }, warnings: [warning] }
  }
  const lowered = `thinks with ${room} tokens instead of ${budgetTokens}: an answer needs room too`
  return { param: { ...rest, budget_tokens: room }, warnings: room < budgetTokens ? [lowered] : [] }
}
