import {
  type Clock,
  type LanguageModel,
  MendkitError,
  type ModelCallContext,
  type ModelName,
  type ModelReply,
  type ModelRequest,
  systemClock,
} from '@mendkit/core'
import { pickReply, textsOf } from './pick-reply.ts'
import { assertPossible, contentOf, finishOf, shortened, tokensOf, writtenOf } from './reply-content.ts'
import type { ScriptedModelOptions, ScriptedReply } from './script.ts'
import { tellProgress, untilAborted } from './tell-progress.ts'

/** Which call of a scripted model it is, from 0. */
export type ScriptedTurn = (request: ModelRequest, call: number) => ScriptedReply | Promise<ScriptedReply>

/** A language model that says what a script says. */
export interface ScriptedModel extends LanguageModel {
  /** What has reached it, oldest first; the last 10,000. What it refused unread is not among them. */
  readonly requests: readonly ModelRequest[]
  /** How many calls are under way. */
  readonly underWay: number
  /** The most calls that were under way at once. */
  readonly mostUnderWay: number
}

/**
 * A language model for tests, without a provider: replies in order, or what a function answers to each request. It is a
 * model in every other way: it tells progress, counts tokens, throws `unsupported` for what it says that it cannot do, holds to
 * `toolChoice` and `maxOutputTokens`, and stops when the caller does. When no reply of the script is left that fits the request it throws
 * `config`, which says which call it was.
 */
export function scriptedModel(
  replies: readonly ScriptedReply[] | ScriptedTurn,
  options: ScriptedModelOptions & {
    /** What `afterMs` and `everyMs` wait on. @default the machine's clock */
    readonly clock?: Pick<Clock, 'sleep'>
  } = {},
): ScriptedModel {
  const { provider = 'scripted', model = 'scripted', tools = true, structuredOutput = true, disobeys = false } = options
  const { clock = systemClock } = options
  const name: ModelName = { provider, model }
  const turn = typeof replies === 'function' ? replies : pickReply(replies)
  const requests: ModelRequest[] = []
  let calls = 0
  let underWay = 0
  let mostUnderWay = 0

  async function reply(request: ModelRequest, ctx: ModelCallContext): Promise<ModelReply> {
    ctx.signal.throwIfAborted()
    if (request.tools.length > 0 && !tools) throw new MendkitError('unsupported', `${provider}/${model} has no tools`)
    if (request.output !== undefined && !structuredOutput)
      throw new MendkitError('unsupported', `${provider}/${model} cannot be held to a schema`)
    const call = calls
    calls += 1
    requests.push(request)
    if (requests.length > mostRequests) requests.shift()
    const scripted = await turn(request, call)
    if (scripted.kind === 'error' || scripted.kind === 'hang') {
      await tellProgress(clock, scripted, undefined, ctx)
      if (scripted.kind === 'hang') return await untilAborted(ctx.signal)
      const { code, message, ...facts } = scripted.error
      throw new MendkitError(code, message, facts)
    }
    if (!disobeys) assertPossible(scripted, request, call)
    const whole = contentOf(scripted, request, call)
    const content = disobeys ? whole : shortened(whole, request.maxOutputTokens)
    await tellProgress(clock, scripted, content, ctx)
    return {
      content,
      finish: scripted.finish ?? (content === whole ? finishOf(content) : 'length'),
      usage: scripted.usage ?? {
        inputTokens: tokensOf(textsOf(request).join('')),
        outputTokens: tokensOf(writtenOf(content)),
      },
      warnings: scripted.warnings ?? [],
      requestId: scripted.requestId ?? `scripted-${call}`,
      answeredBy: scripted.answeredBy ?? name,
      ...(scripted.continuation && { continuation: scripted.continuation }),
    }
  }

  return {
    spec: 1,
    id: `${provider}/${model}`,
    ...name,
    capabilities: { tools, structuredOutput },
    get requests() {
      return requests
    },
    get underWay() {
      return underWay
    },
    get mostUnderWay() {
      return mostUnderWay
    },
    async generate(request, ctx) {
      underWay += 1
      mostUnderWay = Math.max(mostUnderWay, underWay)
      try {
        return await reply(request, ctx)
      } finally {
        underWay -= 1
      }
    },
  }
}

const mostRequests = 10_000
