import { createAnthropic } from '@ai-sdk/anthropic'
import { createOpenAI } from '@ai-sdk/openai'
import {
  anthropicMessages,
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
  played,
} from '@mendkit/testkit'
import { test } from 'vitest'
import { type AiSdkLanguageModel, type AiSdkModelOptions, aiSdkModel } from '../src/index.ts'

const secret = 'sk-of-the-contract-7d20b1a94c'
const contract = [...languageModelContract, ...languageModelWireContract]

function subjectOf(protocol: WireProtocol, modelAt: (baseURL: string) => AiSdkLanguageModel) {
  return async (): Promise<LanguageModelSubject & AsyncDisposable> => {
    const servers: WireServer[] = []
    async function serve(situation: Parameters<LanguageModelSubject['serve']>[0], options: AiSdkModelOptions = {}) {
      const server = await wireServer(protocol, situation)
      servers.push(server)
      const model = aiSdkModel(modelAt(`${server.url}/v1`), options)
      const { received, requests, proceed, arrived, hungUp } = server
      return { model, received, requests: () => requests().length, proceed, arrived, hungUp }
    }
    return {
      secret,
      serve,
      plain: () =>
        serve(played({ kind: 'text', pieces: ['Done.'] }), { capabilities: { tools: false, structuredOutput: false } }),
      async [Symbol.asyncDispose]() {
        await Promise.all(servers.map((server) => server.close()))
      },
    }
  }
}

const redirects = {
  'does not follow a redirect, which would carry the key elsewhere, and throws rejected':
    'the provider makes the connections, with the fetch that its host gave it',
}

holdsTo(
  test,
  'aiSdkModel of @ai-sdk/openai',
  contract,
  subjectOf(openaiResponses, (baseURL) => createOpenAI({ apiKey: secret, baseURL })('gpt-5')),
  redirects,
)

holdsTo(
  test,
  'aiSdkModel of @ai-sdk/anthropic',
  contract,
  subjectOf(anthropicMessages, (baseURL) => createAnthropic({ apiKey: secret, baseURL })('claude-sonnet-4-5')),
  {
    ...redirects,
    'leaves out usage that the provider did not count, and warns of it': 'its provider takes no reply without usage',
  },
)
