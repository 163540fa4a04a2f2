import type { ModelProgress, ModelReply, ModelRequest } from '@mendkit/core'
import { continuationOf } from './continuation.ts'
import { endedEarly, FailedCall } from './failed-call.ts'
import { parseFailure } from './parse-failure.ts'
import {
  type EndedResponse,
  type OutputItem,
  parseResponsesEvent,
  type ResponsesEvent,
} from './parse-responses-event.ts'
import { type CollectedReply, contentOf, type Setting, usageMissing, usageOf, type Written } from './reply.ts'

/** Collects a streamed response. */
export async function responsesReply(
  setting: Setting,
  events: AsyncIterable<unknown>,
  request: ModelRequest,
  told: (progress: ModelProgress) => void,
): Promise<CollectedReply> {
  const items: OutputItem[] = []
  for await (const value of events) {
    const event = parseResponsesEvent(value)
    if (event === undefined) continue
    tell(event, told)
    const { type } = event
    if (type === 'response.output_item.done') items[event.output_index] = event.item
    if (type === 'response.completed') return collected(setting, event.response, items, request, 'stop')
    if (type === 'response.incomplete') {
      const isFiltered = event.response.incomplete_details?.reason === 'content_filter'
      return collected(setting, event.response, items, request, isFiltered ? 'filter' : 'length')
    }
    if (type === 'response.failed')
      throw new FailedCall(parseFailure({ status: undefined, error: event.response.error, headers: undefined }))
  }
  throw endedEarly()
}

function tell(event: ResponsesEvent, told: (progress: ModelProgress) => void): void {
  if ('delta' in event) {
    const { type, delta } = event
    told({ kind: type.startsWith('response.reasoning') ? 'thinking' : 'text', delta })
  } else if (event.type === 'response.output_item.added' && event.item.type === 'function_call') {
    told({ kind: 'tool-call', name: event.item.name ?? '' })
  }
}

function collected(
  setting: Setting,
  ended: EndedResponse,
  done: readonly OutputItem[],
  request: ModelRequest,
  end: Written['end'],
): CollectedReply {
  // Some servers leave the items out of the last event.
  const items = ended.output?.length ? ended.output : done.filter((item) => item !== undefined)
  const calls = items
    .filter((item) => item.type === 'function_call')
    .map((item) => ({ id: item.call_id, name: item.name, input: item.arguments }))
  const continuation = continuationOf(setting, items)
  const { usage, id } = ended
  return {
    ...contentOf({ ...saidIn(items, calls.length > 0), calls, end }, request),
    usage: usageIn(usage),
    warnings: [
      ...(usage ? [] : [usageMissing]),
      ...(items.some((item) => item.type === 'other')
        ? ['parts of the reply are of a kind that was not asked for, and were left out']
        : []),
    ],
    ...(typeof id === 'string' && { requestId: id }),
    ...(continuation !== undefined && { continuation }),
  }
}

/** Text that is no answer yet counts only beside calls, or when there is no other. */
function saidIn(items: readonly OutputItem[], calls: boolean): { readonly text: string; readonly refusal: string } {
  const messages = items.filter((item) => item.type === 'message')
  const answers = messages.filter(({ phase }) => phase === 'final_answer')
  const counted = calls || answers.length === 0 ? messages : answers
  const parts = counted.flatMap(({ content }) => content)
  return {
    text: counted
      .map(({ content }) => content.map((part) => (part.type === 'output_text' ? part.text : '')).join(''))
      .join('\n\n'),
    refusal: parts.map((part) => (part.type === 'refusal' ? part.refusal : '')).join(''),
  }
}

function usageIn(usage: EndedResponse['usage']): ModelReply['usage'] {
  return usageOf({
    inputTokens: usage?.input_tokens,
    cachedInputTokens: usage?.input_tokens_details?.cached_tokens,
    cacheWriteTokens: undefined,
    outputTokens: usage?.output_tokens,
    thinkingTokens: usage?.output_tokens_details?.reasoning_tokens,
  })
}
