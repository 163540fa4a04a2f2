import { type LanguageModel, MendkitError, type ModelCallContext } from '@mendkit/core'
import { type MessageStream, messagesClient } from './client.ts'
import { explainFailure, filteredRequest } from './explain-failure.ts'
import { type AnthropicModelOptions, checkOptions } from './options.ts'
import { type ReadReply, readReply } from './read-reply.ts'
import { toReply } from './to-reply.ts'
import { toRequest } from './to-request.ts'

/**
 * A model of Anthropic, over its official client. Instructions and tools are marked for prompt caching, thinking is given back as
 * it came, and a schema goes by structured outputs. Every reply is streamed; nothing is tried twice.
 *
 * Warns when thinking had to be lowered, when a tool could not be forced, when a schema goes by a tool, and of what is left out of a
 * reply. Throws `config` at once for wrong options; `generate` throws as the port says.
 */
export function anthropicModel(options: AnthropicModelOptions): LanguageModel {
  checkOptions(options)
  const { model, apiKey = '', client: given, baseURL, headers, id = `anthropic/${model}` } = options
  const named = { provider: 'anthropic', model }
  const client = messagesClient(given, { apiKey, baseURL, headers })

  async function explained<Result>(ctx: ModelCallContext, work: () => Promise<Result>): Promise<Result> {
    ctx.signal.throwIfAborted()
    try {
      return await work()
    } catch (error) {
      ctx.signal.throwIfAborted()
      throw explainFailure(error, named, client.secrets)
    }
  }

  /** The events of a stream, with the vendor's failures explained and without what comes after the caller gave up. */
  async function* eventsOf(stream: MessageStream, ctx: ModelCallContext): AsyncGenerator<unknown> {
    const events = stream.events[Symbol.asyncIterator]()
    try {
      for (;;) {
        const { done, value } = await explained(ctx, () => events.next())
        // The client ends its stream without a word when it is aborted.
        ctx.signal.throwIfAborted()
        if (done === true) return
        yield value
      }
    } finally {
      await events.return?.()
    }
  }

  return {
    spec: 1,
    id,
    ...named,
    capabilities: { tools: true, structuredOutput: true },
    async generate(request, ctx) {
      const { body, byTool, warnings } = toRequest(named.provider, request, options)
      const asked = { named, output: request.output, byTool, warnings }
      const stream = await explained(ctx, () => client.stream(body, ctx.signal).catch(orFiltered))
      if (!('events' in stream)) return toReply({ ...filteredReply, model }, asked, stream.requestId)
      if (!stream.contentType.includes('text/event-stream')) {
        const what = `answered with ${stream.contentType || 'no type of content'} instead of a stream of events`
        throw new MendkitError('bad-response', `anthropic: ${model} ${what}: check the address`)
      }
      const read = await readReply(named, eventsOf(stream, ctx), ctx.onProgress)
      return toReply(read, asked, stream.requestId)
    },
  }
}

/** What a model says whose provider did not let the request through to it. */
const filteredReply: Omit<ReadReply, 'model'> = {
  blocks: [],
  stopReason: 'refusal',
  explanation: undefined,
  usage: {},
}

function orFiltered(error: unknown): { readonly requestId: string | undefined } {
  const found = filteredRequest(error)
  if (found === undefined) throw error
  return found
}
