import {
  type Analyzer,
  type LanguageModel,
  type ModelAnswer,
  type ModelCallContext,
  type ModelReply,
  type ModelRequest,
  redact,
} from '@mendkit/core'

/** What a model does when it is asked for the n-th time, from 1. */
export type Behaviour = (request: ModelRequest, ctx: ModelCallContext, call: number) => Promise<ModelReply>

/** A model that counts how often it is asked. */
export interface CountingModel extends LanguageModel {
  /** The requests as they came. */
  readonly asked: ModelRequest[]
}

/** A model of a maker that nobody knows, at prices that tests give. */
export function countingModel(behaviour: Behaviour, more: Partial<LanguageModel> = {}): CountingModel {
  const asked: ModelRequest[] = []
  return {
    spec: 1,
    id: 'acme/one',
    provider: 'acme',
    model: 'one',
    capabilities: { tools: true, structuredOutput: true },
    asked,
    async generate(request, ctx) {
      asked.push(request)
      return behaviour(request, ctx, asked.length)
    },
    ...more,
  }
}

/** A reply in words. */
export function replies(usage: ModelReply['usage'], more: Partial<ModelReply> = {}): ModelReply {
  return {
    content: { kind: 'text', text: 'the flag is on' },
    finish: 'stop',
    usage,
    warnings: [],
    answeredBy: { provider: 'acme', model: 'one' },
    ...more,
  }
}

/** A question of about a hundred tokens, and room for the answer. */
export function question(maxOutputTokens = 400, text = 'What is wrong?'): ModelRequest {
  return {
    instructions: redact('You explain incidents.'),
    messages: [{ role: 'user', text: redact(text) }],
    tools: [],
    toolChoice: 'none',
    maxOutputTokens,
  }
}

/** An analyzer that asks so often, one after the other, says which budget ended that, and finds nothing. */
export function asksOnly(
  model: LanguageModel,
  {
    times = 1,
    request = question(),
    answers = [],
  }: { readonly times?: number; readonly request?: ModelRequest; readonly answers?: (ModelAnswer | Error)[] } = {},
): Analyzer {
  return {
    spec: 1,
    id: 'asks',
    async analyze(investigation, ctx) {
      for (let call = 0; call < times; call += 1) {
        const answer = await investigation.ask(model, request, ctx).catch((error: unknown) => error as Error)
        answers.push(answer)
        if (!(answer instanceof Error) && answer.kind === 'spent') {
          return { hypotheses: [], actions: [], partial: answer.budget }
        }
      }
      return { hypotheses: [], actions: [] }
    },
  }
}
