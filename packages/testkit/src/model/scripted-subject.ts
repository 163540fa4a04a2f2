import type { Clock, JsonObject, LanguageModel, ModelProgress, ModelRequest, ModelUsage } from '@mendkit/core'
import type { ModelSituation } from '../language-model/situation.ts'
import { type PlayedAnswer, type PlayedReply, type PlayedUsage, playedRequestId } from '../language-model/situation.ts'
import type {
  LanguageModelSubject,
  ReceivedModelRequest,
  ReceivedTurn,
  ServedModel,
} from '../language-model/subject.ts'
import type { ScriptedReply } from './script.ts'
import { scriptedModel } from './scripted-model.ts'
import { untilAborted } from './tell-progress.ts'

/**
 * The subject of `languageModelContract` for what wraps a model: what stands at the other end is a scripted model. Whether an
 * adapter understands its provider it cannot show: that needs `languageModelWireContract` and a server.
 */
export function scriptedModelSubject(wrap: (model: LanguageModel) => LanguageModel): LanguageModelSubject {
  return {
    serve: async (situation) => serve(situation, wrap, true),
    plain: async () => serve({ kind: 'reply', reply: plainReply }, wrap, false),
  }
}

const plainReply: PlayedReply = { answer: { kind: 'text', pieces: ['Done.'] }, pace: 'whole' }

function serve(situation: ModelSituation, wrap: (model: LanguageModel) => LanguageModel, able: boolean): ServedModel {
  const held = Promise.withResolvers<void>()
  const came = Promise.withResolvers<void>()
  const left = Promise.withResolvers<void>()
  const isHeld = situation.kind === 'reply' && situation.reply.pace === 'held'
  const clock: Pick<Clock, 'sleep'> = { sleep: (_, signal) => Promise.race([held.promise, untilAborted(signal)]) }
  const scripted = scriptedModel(
    () => {
      came.resolve()
      return { ...replyOf(situation), ...(isHeld && { everyMs: 1 }) }
    },
    { disobeys: true, tools: able, structuredOutput: able, clock },
  )
  const inner: LanguageModel = {
    ...scripted,
    generate: (request, ctx) => scripted.generate(request, ctx).finally(left.resolve),
  }
  return {
    model: wrap(inner),
    received: () => scripted.requests.map((request) => receivedOf(request, scripted)),
    requests: () => scripted.requests.length,
    proceed: held.resolve,
    arrived: () => came.promise,
    hungUp: () => left.promise,
  }
}

function replyOf(situation: ModelSituation): ScriptedReply {
  if (situation.kind === 'silent') return { kind: 'hang' }
  if (situation.kind !== 'reply') return { kind: 'error', error: { code: 'unavailable', message: situation.kind } }
  const { answer, thinking, usage, cut, pace } = situation.reply
  const progress = progressOf(situation.reply)
  const broken = { code: pace === 'broken' ? 'bad-response' : 'unavailable', message: `the reply was ${pace}` } as const
  if (pace === 'stuck') return { kind: 'hang', progress: progress.slice(0, 1) }
  if (pace !== 'whole' && pace !== 'split' && pace !== 'held')
    return { kind: 'error', error: broken, progress: progress.slice(0, 1) }
  return {
    ...contentOf(answer),
    progress,
    usage: usage === undefined ? {} : usageOf(usage),
    warnings: usage === undefined ? ['the provider did not count usage'] : [],
    requestId: playedRequestId,
    ...(cut && { finish: 'length' as const }),
    ...(thinking && { continuation: { provider: 'scripted', data: { sealed: thinking.sealed } } }),
  }
}

function contentOf(answer: PlayedAnswer): ScriptedReply {
  const text = answer.pieces.join('')
  switch (answer.kind) {
    case 'text':
      return { kind: 'text', text }
    case 'refusal':
      return { kind: 'refusal', text }
    case 'object': {
      const object = objectOf(text)
      return object === undefined ? { kind: 'text', text } : { kind: 'object', object }
    }
    case 'tool-calls': {
      const calls = answer.calls.map(({ id, name, input }) => {
        const object = objectOf(input === '' ? '{}' : input)
        return { id, name, ...(object && { input: object }) }
      })
      return { kind: 'tool-calls', calls, text }
    }
  }
}

function progressOf({ answer, thinking }: PlayedReply): readonly ModelProgress[] {
  return [
    ...(thinking ? [{ kind: 'thinking' as const, delta: thinking.text }] : []),
    ...answer.pieces.map((delta) => ({ kind: 'text' as const, delta })),
    ...(answer.kind === 'tool-calls' ? answer.calls.map(({ name }) => ({ kind: 'tool-call' as const, name })) : []),
  ]
}

function usageOf({ input, cached, output, thinking }: PlayedUsage): ModelUsage {
  return { inputTokens: input, cachedInputTokens: cached, outputTokens: output, thinkingTokens: thinking }
}

function objectOf(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function receivedOf(request: ModelRequest, { provider, model }: LanguageModel): ReceivedModelRequest {
  return {
    model,
    instructions: request.instructions,
    turns: request.messages.map((message): ReceivedTurn => {
      if (message.role !== 'assistant') return message
      const { role, text, toolCalls, continuation } = message
      const data = continuation?.provider === provider ? continuation.data : undefined
      const sealed = typeof data === 'object' && data !== null && 'sealed' in data ? data['sealed'] : undefined
      return { role, text, toolCalls, sealed: typeof sealed === 'string' ? [sealed] : [] }
    }),
    tools: request.tools.map(({ name, description, input }) => ({ name, description, input })),
    toolChoice: request.toolChoice,
    maxOutputTokens: request.maxOutputTokens,
    ...(request.output && { outputSchema: request.output.schema }),
  }
}
