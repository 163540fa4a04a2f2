import { type LanguageModel, MendkitError } from '@mendkit/core'
import type { Bundle } from './bundle.ts'

/** The model of the recorded turns: each call gets the next reply, or fails as it did. */
export function recordedModel({ turns }: Pick<Bundle, 'turns'>): LanguageModel {
  const asked = turns[0]?.asked ?? { provider: 'recorded', model: 'recorded' }
  let next = 0
  return {
    spec: 1,
    id: `recorded/${asked.model}`,
    ...asked,
    capabilities: { tools: true, structuredOutput: true },
    async generate(_, { signal }) {
      signal.throwIfAborted()
      const turn = turns[next]
      next += 1
      if (turn?.reply !== undefined) return turn.reply
      throw new MendkitError(
        'unavailable',
        turn === undefined ? 'no further turn was recorded' : `the turn was ${turn.state}`,
      )
    },
  }
}
