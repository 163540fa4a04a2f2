import { createOpenAI } from '@ai-sdk/openai'
import { aiSdkModel } from '@mendkit/ai-sdk'
import { anthropicModel } from '@mendkit/anthropic'
import type { LanguageModel } from '@mendkit/core'
import { openaiModel } from '@mendkit/openai'
import { anthropicMessages, openaiChat, openaiResponses, type WireProtocol } from '@mendkit/testbed/wire'

/** A provider: the one line that makes its model, and what it speaks, for the server that stands in for it. */
export interface Provider {
  readonly name: string
  readonly speaks: WireProtocol
  /** `server` stands in for the provider's own address, which is the default of each. */
  readonly model: (server: string) => LanguageModel
}

const apiKey = 'no-key-is-needed-here'

/** Swapping one for another changes nothing else in the program. */
export const providers: readonly Provider[] = [
  {
    name: 'OpenAI',
    speaks: openaiResponses,
    model: (server) => openaiModel({ model: 'gpt-5', apiKey, baseURL: `${server}/v1` }),
  },
  {
    name: 'a server that speaks chat completions',
    speaks: openaiChat,
    model: (server) => openaiModel({ model: 'qwen3', api: 'chat', provider: 'ollama', baseURL: `${server}/v1` }),
  },
  {
    name: 'Anthropic',
    speaks: anthropicMessages,
    model: (server) => anthropicModel({ model: 'claude-sonnet-4-5', apiKey, baseURL: server }),
  },
  {
    name: 'OpenAI through the AI SDK',
    speaks: openaiResponses,
    model: (server) => aiSdkModel(createOpenAI({ apiKey, baseURL: `${server}/v1` })('gpt-5')),
  },
]
