import type { LanguageModel } from '@mendkit/core'
import { type OpenaiModelOptions, openaiModel } from '@mendkit/openai'
import {
  openaiChat,
  openaiCompatible,
  openaiResponses,
  type WireProtocol,
  type WireServer,
  wireServer,
} from '@mendkit/testbed/wire'
import {
  holdsTo,
  type LanguageModelSubject,
  languageModelContract,
  languageModelWireContract,
  type ModelSituation,
} from '@mendkit/testkit'
import { describe, test } from 'vitest'

const apiKey = 'key-of-the-contract-7f3a91'

/** Models of these options against servers of this protocol. */
function subject(protocol: WireProtocol, options: Partial<OpenaiModelOptions>): LanguageModelSubject & AsyncDisposable {
  const servers: WireServer[] = []
  const serve = async (situation: ModelSituation, more: Partial<OpenaiModelOptions> = {}) => {
    const server = await wireServer(protocol, situation)
    servers.push(server)
    const model: LanguageModel = openaiModel({
      model: 'gpt-test',
      apiKey,
      baseURL: `${server.url}/v1`,
      ...options,
      ...more,
    })
    return { ...server, model, requests: () => server.requests().length }
  }
  return {
    serve,
    secret: apiKey,
    plain: () =>
      serve(
        { kind: 'reply', reply: { answer: { kind: 'text', pieces: ['Done.'] }, pace: 'whole' } },
        { capabilities: { tools: false, structuredOutput: false } },
      ),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

const contract = [...languageModelContract, ...languageModelWireContract]

describe('the Responses API', () => {
  holdsTo(test, 'openaiModel', contract, async () => subject(openaiResponses, {}))
})

const unsealed = {
  'gives back what it must not lose between turns, unchanged and in its place': 'chat completions seal no thinking',
}

describe('chat completions', () => {
  holdsTo(test, 'openaiModel', contract, async () => subject(openaiChat, { api: 'chat' }), unsealed)
})

describe('chat completions of a compatible server', () => {
  const odd = { api: 'chat', maxTokensField: 'max_tokens', streamUsage: false, provider: 'compatible' } as const
  holdsTo(test, 'openaiModel', contract, async () => subject(openaiCompatible, odd), unsealed)
})
