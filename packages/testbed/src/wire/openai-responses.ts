import type { PlayedAnswer, PlayedReply, PlayedThinking } from '@mendkit/testkit'
import { openaiFailure } from './openai-errors.ts'
import { understandResponses } from './openai-responses-request.ts'
import { type ReplyEvents, serverSentEvent, type WireProtocol } from './protocol.ts'

/** The Responses API of OpenAI, at `/v1/responses`. */
export const openaiResponses: WireProtocol = {
  requestIdHeader: 'x-request-id',
  understand: understandResponses,
  reply: (reply, { model }) => replyEvents(reply, model),
  overloaded: serverSentEvent(
    { type: 'error', code: 'server_error', message: 'The server is overloaded.', param: null, sequence_number: 9 },
    'error',
  ),
  failure: openaiFailure,
}

type Item = Readonly<Record<string, unknown>>
/** An event before it has its number. */
type Event = Item & { readonly type: string }

function replyEvents({ answer, thinking, usage, cut = false }: PlayedReply, model: string): ReplyEvents {
  const base = { id: 'resp_1', object: 'response', created_at: 1_767_225_600, model, error: null }
  const begun = { ...base, status: 'in_progress', incomplete_details: null, output: [], usage: null }
  const items: { item: Item; events: readonly Event[] }[] = []
  if (thinking !== undefined) items.push(reasoning(thinking))
  const before = items.length
  items.push(...answerItems(answer, cut, before))
  const ended = {
    ...base,
    status: cut ? 'incomplete' : 'completed',
    incomplete_details: cut ? { reason: 'max_output_tokens' } : null,
    output: items.map(({ item }) => item),
    usage: usage && {
      input_tokens: usage.input,
      input_tokens_details: { cached_tokens: usage.cached },
      output_tokens: usage.output,
      output_tokens_details: { reasoning_tokens: usage.thinking },
      total_tokens: usage.input + usage.output,
    },
  }
  let number = -1
  const all = (events: readonly Event[]) =>
    events.map((event) => {
      number += 1
      return serverSentEvent({ ...event, sequence_number: number }, event.type)
    })
  const [first, ...rest] = items.slice(before).flatMap(({ events }) => events)
  // The item and its first delta come together, so that the first event of the answer tells something.
  const opening = rest.findIndex(({ type }) => type.endsWith('.delta')) + 1
  return {
    before: all([
      { type: 'response.created', response: begun },
      { type: 'response.in_progress', response: begun },
      ...items.slice(0, before).flatMap(({ events }) => events),
    ]),
    answer: [
      all([...(first === undefined ? [] : [first]), ...rest.slice(0, opening)]).join(''),
      ...all(rest.slice(opening)),
    ],
    after: all([{ type: cut ? 'response.incomplete' : 'response.completed', response: ended }]),
  }
}

function reasoning({ text, sealed }: PlayedThinking): { item: Item; events: readonly Event[] } {
  const part = { type: 'summary_text', text }
  const item = { id: 'rs_1', type: 'reasoning', summary: [part], encrypted_content: sealed }
  const at = { item_id: 'rs_1', output_index: 0, summary_index: 0 }
  const events = [
    { type: 'response.output_item.added', output_index: 0, item: { ...item, summary: [] } },
    { type: 'response.reasoning_summary_part.added', ...at, part: { ...part, text: '' } },
    { type: 'response.reasoning_summary_text.delta', ...at, delta: text },
    { type: 'response.reasoning_summary_text.done', ...at, text },
    { type: 'response.reasoning_summary_part.done', ...at, part },
    { type: 'response.output_item.done', output_index: 0, item },
  ]
  return { item, events }
}

function answerItems(
  answer: PlayedAnswer,
  cut: boolean,
  from: number,
): readonly { item: Item; events: readonly Event[] }[] {
  const status = cut ? 'incomplete' : 'completed'
  const says = answer.pieces.length > 0 ? [message(answer, status, from)] : []
  if (answer.kind !== 'tool-calls') return says
  const calls = answer.calls.map(({ id, name, input }, index) => {
    const output_index = from + says.length + index
    const item = { id: `fc_${id}`, type: 'function_call', status, call_id: id, name, arguments: input }
    const at = { item_id: item.id, output_index }
    const events = [
      { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', arguments: '' } },
      ...halves(input).map((delta) => ({ type: 'response.function_call_arguments.delta', ...at, delta })),
      { type: 'response.function_call_arguments.done', ...at, name, arguments: input },
      { type: 'response.output_item.done', output_index, item },
    ]
    return { item, events }
  })
  return [...says, ...calls]
}

function message({ kind, pieces }: PlayedAnswer, status: string, output_index: number) {
  const refused = kind === 'refusal'
  const whole = pieces.join('')
  const part = refused
    ? { type: 'refusal', refusal: whole }
    : { type: 'output_text', text: whole, annotations: [], logprobs: [] }
  const empty = refused ? { type: 'refusal', refusal: '' } : { ...part, text: '' }
  const item = { id: 'msg_1', type: 'message', status, role: 'assistant', content: [part] }
  const at = { item_id: 'msg_1', output_index, content_index: 0 }
  const type = refused ? 'response.refusal' : 'response.output_text'
  const events = [
    { type: 'response.output_item.added', output_index, item: { ...item, status: 'in_progress', content: [] } },
    { type: 'response.content_part.added', ...at, part: empty },
    ...pieces.map((delta) => ({ type: `${type}.delta`, ...at, delta })),
    { type: `${type}.done`, ...at, ...(refused ? { refusal: whole } : { text: whole }) },
    { type: 'response.content_part.done', ...at, part },
    { type: 'response.output_item.done', output_index, item },
  ]
  return { item, events }
}

/** Input of tools comes in pieces that are no JSON by themselves. */
function halves(input: string): readonly string[] {
  const middle = Math.ceil(input.length / 2)
  return [input.slice(0, middle), input.slice(middle)].filter((part) => part !== '')
}
