import { anthropicMessages, type WireServer, wireServer } from '@mendkit/testbed/wire'
import { holdsTo, type LanguageModelSubject, languageModelContract, languageModelWireContract } from '@mendkit/testkit'
import { test } from 'vitest'
import { anthropicModel } from '../src/index.ts'

const secret = 'sk-ant-api03-of-the-contract-93c1'

async function subject(): Promise<LanguageModelSubject & AsyncDisposable> {
  const servers: WireServer[] = []
  return {
    secret,
    async serve(situation) {
      const server = await wireServer(anthropicMessages, situation)
      servers.push(server)
      const model = anthropicModel({ model: 'claude-of-the-contract', apiKey: secret, baseURL: server.url })
      const { received, requests, proceed, arrived, hungUp } = server
      return { model, received, requests: () => requests().length, proceed, arrived, hungUp }
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}

holdsTo(test, 'anthropicModel', [...languageModelContract, ...languageModelWireContract], subject, {
  'throws unsupported, and sends nothing, for tools and schemas that it says it does not have':
    'every model of Anthropic has both',
})
