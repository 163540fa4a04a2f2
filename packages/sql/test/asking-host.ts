import {
  createMendkit,
  type LanguageModel,
  type Mendkit,
  type ModelReply,
  redact,
  type Store,
  silentLogger,
} from '@mendkit/core'

/** A budget with room for two calls as they are set aside, and for several as they are used. */
export const tokensOfIncident = 2_400
const mostOutput = 1_000

/** A host that asks a model again and again about every incident, until a budget has no room, and never finds anything. */
export function askingHost(store: Store, generate: LanguageModel['generate']): Mendkit {
  const capabilities = { tools: false, structuredOutput: false }
  const model: LanguageModel = { spec: 1, id: 'acme/one', provider: 'acme', model: 'one', capabilities, generate }
  const request = {
    instructions: redact('You explain incidents.'),
    messages: [{ role: 'user', text: redact('What is wrong?') }],
    tools: [],
    toolChoice: 'none',
    maxOutputTokens: mostOutput,
  } as const
  return createMendkit({
    store,
    analyzers: [
      {
        spec: 1,
        id: 'asks',
        async analyze(investigation, ctx) {
          for (;;) {
            const answer = await investigation.ask(model, request, ctx)
            if (answer.kind === 'spent') return { hypotheses: [], actions: [], partial: answer.budget }
          }
        },
      },
    ],
    settings: {
      // As short as it may be: what a killed host held is waited for.
      engine: { sweepMs: 20, leaseMs: 1_000, leaseMarginMs: 400 },
      correlation: { settleMs: 0 },
      models: { perIncident: { tokens: tokensOfIncident, calls: 20 } },
    },
    system: { log: silentLogger },
  })
}

/** A reply that used so many tokens. */
export function usedUp(inputTokens: number, outputTokens: number): ModelReply {
  return {
    content: { kind: 'text', text: 'nobody knows' },
    finish: 'stop',
    usage: { inputTokens, outputTokens },
    warnings: [],
    answeredBy: { provider: 'acme', model: 'one' },
  }
}
