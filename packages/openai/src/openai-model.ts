import {
  type LanguageModel,
  MendkitError,
  type ModelCallContext,
  type ModelReply,
  type ModelRequest,
} from '@mendkit/core'
import { chatBody } from './chat-body.ts'
import { chatReply } from './chat-reply.ts'
import { type BegunReply, begin, makeClient, secretsOf } from './client.ts'
import { explainFailure, filteredReply, isFiltered } from './explain-failure.ts'
import { FailedCall, noProtocol } from './failed-call.ts'
import { checkOptions, type OpenaiModelOptions } from './options.ts'
import type { CollectedReply, Setting } from './reply.ts'
import { responsesBody } from './responses-body.ts'
import { responsesReply } from './responses-reply.ts'

/**
 * A model behind OpenAI's interface: OpenAI, Azure OpenAI, and servers that speak the same. One call is one request; nothing is
 * tried twice, and no redirect is followed. A schema that the provider can enforce is sent as strict; for another the reply
 * has a warning. Throws `config` at once for wrong options; what `generate` throws is with the port.
 */
export function openaiModel(options: OpenaiModelOptions): LanguageModel {
  checkOptions(options)
  const { model, api = 'responses', provider = 'openai', apiKey, baseURL = 'https://api.openai.com/v1' } = options
  const { organization, project, headers = {}, fetch } = options
  const capabilities = { tools: true, structuredOutput: true, ...options.capabilities }
  const client = options.client ?? makeClient({ apiKey, baseURL, organization, project, headers, fetch })
  const id = `${provider}/${model}`
  const { host } = new URL(client.baseURL)
  const who = `${id} at ${host}`
  const setting: Setting = { ...options, provider, place: `${host}/${model}` }

  async function collect(request: ModelRequest, ctx: ModelCallContext): Promise<CollectedReply> {
    const { asked, warnings } = api === 'responses' ? responsesBody(setting, request) : chatBody(setting, request)
    const begun = await begin(client, asked, ctx.signal)
    const events = eventsOf(begun)
    const told = ctx.onProgress ?? (() => undefined)
    const reply = await (api === 'responses' ? responsesReply : chatReply)(setting, events, request, told)
    const requestId = begun.requestId ?? reply.requestId
    return { ...reply, warnings: [...warnings, ...reply.warnings], ...(requestId !== undefined && { requestId }) }
  }

  async function generate(request: ModelRequest, ctx: ModelCallContext): Promise<ModelReply> {
    if (!capabilities.tools && request.tools.length > 0) throw unsupported(id, 'call tools')
    if (!capabilities.structuredOutput && request.output !== undefined) throw unsupported(id, 'be held to a schema')
    const answeredBy = { provider, model }
    try {
      return { ...(await collect(request, ctx)), answeredBy }
    } catch (thrown) {
      if (!(thrown instanceof FailedCall)) throw thrown
      const { failure } = thrown
      const secrets = [...secretsOf(client), ...Object.values(headers)]
      if (!isFiltered(failure)) throw explainFailure(failure, who, secrets)
      return { ...filteredReply(failure, secrets), answeredBy }
    }
  }

  return { spec: 1, id, provider, model, capabilities, generate }
}

function eventsOf({ contentType, events }: BegunReply): AsyncIterable<unknown> {
  if (contentType === undefined || /^text\/event-stream\b/i.test(contentType)) return events
  throw noProtocol(
    `answers ${contentType.slice(0, 60)} in place of a stream: is a proxy between, or the address wrong?`,
  )
}

function unsupported(id: string, what: string): MendkitError {
  return new MendkitError('unsupported', `${id} cannot ${what}, say its capabilities: wrap it in \`describedInText\``)
}
