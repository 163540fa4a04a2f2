import { type LanguageModel, MendkitError, type ModelRequest } from '@mendkit/core'
import { type AiSdkLanguageModel, type ProviderOptions, streamParts } from './client.ts'
import { collectReply } from './collect-reply.ts'
import { explained, explainedParts } from './explained.ts'
import { type AiSdkModelOptions, checkOptions } from './options.ts'
import { requestIdIn } from './request-id.ts'
import { isStrict } from './strict-schema.ts'
import { toCallOptions } from './to-call-options.ts'
import { toReply } from './to-reply.ts'

/**
 * Any language model of the AI SDK as a language model of Mendkit: Google, Bedrock, Azure, Mistral, xAI and whoever else has a provider
 * for it. Every reply is streamed; nothing is tried twice; what the provider warns of is passed on.
 *
 * Throws `config` at once for what is no such model; `generate` throws as the port says. It cannot keep the provider from following a
 * redirect: that is up to the `fetch` that you gave it.
 */
export function aiSdkModel(model: AiSdkLanguageModel, options: AiSdkModelOptions = {}): LanguageModel {
  checkOptions(model, options)
  const { provider: of, modelId } = model
  const { provider = of.split('.')[0] ?? of } = options
  const { id = `${provider}/${modelId}` } = options
  const capabilities = { tools: true, structuredOutput: true, ...options.capabilities }
  const named = { provider, model: modelId }

  function demandCapable({ tools, output }: ModelRequest): void {
    const missing = tools.length > 0 && !capabilities.tools ? 'tools' : undefined
    const lacking = missing ?? (output !== undefined && !capabilities.structuredOutput ? 'a schema' : undefined)
    if (lacking !== undefined)
      throw new MendkitError('unsupported', `${id} takes no request with ${lacking}: wrap it in \`describedInText\``)
  }

  return {
    spec: 1,
    id,
    ...named,
    capabilities,
    async generate(request, ctx) {
      demandCapable(request)
      const strict = request.output === undefined || isStrict(request.output.schema)
      const settings = settingsOf(options.providerOptions, strict)
      const sent = toCallOptions(request, { provider, of }, settings, ctx.signal)
      const wantsObject = request.output !== undefined
      const stream = await explained(id, ctx.signal, () => streamParts(model, sent))
      if ('refused' in stream) {
        const filteredReply = { blocks: [], finish: { unified: 'content-filter' }, usage: {}, warnings: [] }
        return toReply(named, of, wantsObject, filteredReply, stream.refused.requestId)
      }
      if (/text\/html/i.test(stream.headers['content-type'] ?? '')) {
        throw new MendkitError('bad-response', `${id} answered with a page instead of a reply: check the address`)
      }
      const parts = explainedParts(id, stream.parts, ctx.signal)
      const reply = await collectReply(id, parts.all, ctx.onProgress, parts.failed)
      return toReply(named, of, wantsObject, reply, requestIdIn(stream.headers))
    },
  }
}

/** Vendor settings of a call. OpenAI keeps every reply for thirty days unless it is told not to; others skip what is not theirs. */
function settingsOf(given: AiSdkModelOptions['providerOptions'] = {}, strict: boolean): ProviderOptions {
  const ours = { store: false, ...(!strict && { strictJsonSchema: false }) }
  const merged = { ...given, openai: { ...ours, ...given['openai'] }, azure: { ...ours, ...given['azure'] } }
  return structuredClone<ProviderOptions>(merged)
}
