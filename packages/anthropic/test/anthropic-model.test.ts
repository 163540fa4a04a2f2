import Anthropic from '@anthropic-ai/sdk'
import { type JsonObject, type ModelReply, type ModelRequest, redact, redactObject } from '@mendkit/core'
import { anthropicMessages, type WireServer, wireServer } from '@mendkit/testbed/wire'
import { callContext, type PlayedAnswer, played } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type AnthropicModelOptions, anthropicModel } from '../src/index.ts'
import { aRequest, replyTo, type ScriptedEvent } from './scripted.ts'

const done: PlayedAnswer = { kind: 'text', pieces: ['Done.'] }
const tools = ['logs', 'events'].map((name) => ({
  name,
  description: redact(`Reads ${name}.`),
  input: redactObject({ type: 'object', properties: {} }),
}))
const cause = redactObject({ type: 'object', properties: { cause: { type: 'string' } }, required: ['cause'] })
const open = redactObject({ type: 'object', properties: { labels: { type: 'object', additionalProperties: true } } })

async function served(answer: PlayedAnswer): Promise<WireServer> {
  const server = await wireServer(anthropicMessages, played(answer))
  onTestFinished(() => server.close())
  return server
}

/** The body that goes out for a request, and the reply to it. */
async function sent(
  options: Partial<AnthropicModelOptions>,
  request: Partial<ModelRequest> = {},
  answer = done,
): Promise<{ readonly body: Readonly<Record<string, unknown>>; readonly reply: ModelReply }> {
  const server = await served(answer)
  const model = anthropicModel({ model: 'claude', apiKey: 'key-1234', baseURL: server.url, ...options })
  const reply = await model.generate(aRequest(request), callContext())
  return { body: server.requests()[0]?.body as Record<string, unknown>, reply }
}

describe('prompt caching', () => {
  const marks = (body: object) => JSON.stringify(body).match(/"cache_control":\{[^}]*\}/g) ?? []

  test('instructions and the last tool are marked, and nothing that changes from call to call', async () => {
    const { body } = await sent({}, { tools })
    const mark = { type: 'ephemeral', ttl: '5m' }
    expect(body).toMatchObject({ system: [{ cache_control: mark }], tools: [{}, { cache_control: mark }] })
    expect(marks(body)).toHaveLength(2)
  })

  test('the mark lasts as long as it is told to, or is not there', async () => {
    expect(marks((await sent({ cache: '1h' })).body)).toEqual(['"cache_control":{"type":"ephemeral","ttl":"1h"}'])
    expect(marks((await sent({ cache: 'off' }, { tools })).body)).toEqual([])
  })

  test('what was read from and written to the cache counts as read', async () => {
    const { usage } = await replyTo([
      ...text('Done.'),
      ending('end_turn', { input_tokens: 10, cache_read_input_tokens: 200, cache_creation_input_tokens: 3_000 }),
      { type: 'message_stop' },
    ])
    expect(usage).toEqual({ inputTokens: 3_210, cachedInputTokens: 200, cacheWriteTokens: 3_000, outputTokens: 7 })
  })
})

describe('thinking', () => {
  test('goes out as it was chosen', async () => {
    const thinking = { type: 'adaptive', display: 'omitted' } as const
    expect((await sent({ thinking, effort: 'high' })).body).toMatchObject({
      thinking,
      output_config: { effort: 'high' },
    })
    expect((await sent({})).body).not.toHaveProperty('thinking')
  })

  test('is lowered, with a warning, to what the request leaves beside an answer', async () => {
    const thinking = { type: 'enabled', budgetTokens: 3_500 } as const
    const low = await sent({ thinking }, { maxOutputTokens: 4_096 })
    expect(low.body['thinking']).toEqual({ type: 'enabled', budget_tokens: 3_072 })
    expect(low.reply.warnings).toEqual([expect.stringContaining('3072 tokens instead of 3500')])
    const none = await sent({ thinking }, { maxOutputTokens: 2_000 })
    expect(none.body['thinking']).toEqual({ type: 'disabled' })
    expect(none.reply.warnings).toEqual([expect.stringContaining('no thinking')])
    const fits = await sent({ thinking }, { maxOutputTokens: 10_000 })
    expect(fits.body['thinking']).toEqual({ type: 'enabled', budget_tokens: 3_500 })
    expect(fits.reply.warnings).toEqual([])
  })

  test('leaves a model free where it would have to call a tool, with a warning', async () => {
    const { body, reply } = await sent({ thinking: { type: 'adaptive' } }, { tools, toolChoice: 'required' })
    expect(body['tool_choice']).toEqual({ type: 'auto' })
    expect(reply.warnings).toEqual([expect.stringContaining('left free')])
  })

  test('comes back unchanged between text and calls, also where it was hidden', async () => {
    const { continuation } = await replyTo([
      begin,
      ...block(0, { type: 'thinking', thinking: '' }, [
        { type: 'thinking_delta', thinking: 'First the logs.' },
        { type: 'signature_delta', signature: 'c2lnbmVk' },
      ]),
      ...block(1, { type: 'text', text: '' }, [{ type: 'text_delta', text: 'The key is hunter2.' }]),
      ...block(2, { type: 'redacted_thinking', data: 'aGlkZGVu' }),
      ...block(3, { type: 'tool_use', id: 'toolu_1', name: 'logs', input: {} }),
      ending('tool_use'),
      { type: 'message_stop' },
    ])
    const call = { id: 'toolu_1', name: 'logs', input: redactObject({}) }
    const { body } = await sent(
      {},
      {
        tools,
        messages: [
          { role: 'user', text: redact('Why?') },
          {
            role: 'assistant',
            text: redact('The key is [redacted:key].'),
            toolCalls: [call],
            ...(continuation && { continuation }),
          },
          { role: 'tool', results: [{ callId: 'toolu_1', name: 'logs', text: redact('none'), failed: false }] },
        ],
      },
    )
    const [, turn] = body['messages'] as readonly { readonly content: unknown }[]
    expect(turn?.content).toEqual([
      { type: 'thinking', thinking: 'First the logs.', signature: 'c2lnbmVk' },
      { type: 'text', text: 'The key is [redacted:key].' },
      { type: 'redacted_thinking', data: 'aGlkZGVu' },
      { type: 'tool_use', id: 'toolu_1', name: 'logs', input: {} },
    ])
  })
})

describe('objects', () => {
  test('are asked for by structured outputs, closed, with bounds told in words', async () => {
    const schema = redactObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        confidence: { type: 'number', minimum: 0, maximum: 1, description: 'How sure.' },
        targets: { type: 'array', minItems: 1, maxItems: 3, items: { $ref: '#/$defs/target' } },
        action: { oneOf: [{ const: 'none' }, { type: 'object', properties: { wait: { type: ['string', 'null'] } } }] },
      },
      required: ['confidence'],
      $defs: { target: { type: 'string', format: 'uri', pattern: '^t' } },
    })
    const { body, reply } = await sent({}, { output: { name: 'answer', schema } })
    expect(body['output_config']).toEqual({
      format: {
        type: 'json_schema',
        schema: {
          type: 'object',
          properties: {
            confidence: { type: 'number', description: 'How sure. (minimum: 0, maximum: 1)' },
            targets: { type: 'array', minItems: 1, items: { $ref: '#/$defs/target' }, description: '(maxItems: 3)' },
            action: {
              anyOf: [
                { const: 'none' },
                { type: 'object', properties: { wait: { type: ['string', 'null'] } }, additionalProperties: false },
              ],
            },
          },
          required: ['confidence'],
          $defs: { target: { type: 'string', format: 'uri', description: '(pattern: "^t")' } },
          additionalProperties: false,
        },
      },
    })
    expect(reply.warnings).toEqual([])
  })

  const answered: PlayedAnswer = {
    kind: 'tool-calls',
    pieces: [],
    calls: [{ id: 'toolu_1', name: 'answer', input: '{"cause":"no-memory"}' }],
  }

  test.each<[string, JsonObject]>([
    ['of any field', open],
    ['without a type', { type: 'object', properties: { any: {} } }],
    [
      'that contain themselves',
      { type: 'object', properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }] } } },
    ],
    ['of a keyword that is not known', { type: 'object', properties: {}, not: { required: ['a'] } }],
    ['joined from several', { allOf: [{ type: 'object', properties: {} }] }],
  ])('%s are asked for by a tool, with a warning', async (_, schema) => {
    const { body, reply } = await sent({}, { output: { name: 'answer', schema: redactObject(schema) } }, answered)
    expect(body).toMatchObject({ tool_choice: { type: 'tool', name: 'answer' }, tools: [{ name: 'answer' }] })
    expect(body).not.toHaveProperty('output_config')
    expect(reply).toMatchObject({ content: { kind: 'object', object: { cause: 'no-memory' } }, finish: 'stop' })
    expect(reply.warnings).toEqual([expect.stringContaining('a tool asks for it')])
  })

  test('go by a tool without a warning when the host says so, beside other tools', async () => {
    const output = { name: 'answer', schema: cause }
    const { body, reply } = await sent({ output: 'tool' }, { output, tools }, answered)
    expect(body['tool_choice']).toEqual({ type: 'any' })
    expect(body['tools']).toMatchObject([{ name: 'logs' }, { name: 'events' }, { name: 'answer' }])
    expect(reply).toMatchObject({ content: { kind: 'object', object: { cause: 'no-memory' } }, warnings: [] })
  })

  test('give way to other calls of the same reply, and to none when a tool must be called', async () => {
    const output = { name: 'answer', schema: cause }
    const both: PlayedAnswer = { ...answered, calls: [...answered.calls, { id: 'toolu_2', name: 'logs', input: '{}' }] }
    const { reply } = await sent({ output: 'tool' }, { output, tools }, both)
    expect(reply.content).toEqual({ kind: 'tool-calls', text: '', calls: [{ id: 'toolu_2', name: 'logs', input: {} }] })
    const { body } = await sent({ output: 'tool' }, { output, tools, toolChoice: 'required' })
    expect(body['tools']).toHaveLength(2)
  })

  test('written badly into a tool are text', async () => {
    const half: PlayedAnswer = {
      kind: 'tool-calls',
      pieces: [],
      calls: [{ id: 'a', name: 'answer', input: '{"cause' }],
    }
    const { reply } = await sent({ output: 'tool' }, { output: { name: 'answer', schema: cause } }, half)
    expect(reply.content).toEqual({ kind: 'text', text: '{"cause' })
  })
})

describe('replies', () => {
  test.each([
    ['pause_turn', 'length', 'paused'],
    ['model_context_window_exceeded', 'length', 'context'],
    ['something_new', 'stop', 'something_new'],
  ])('that end with %s finish as %s, with a warning', async (reason, finish, word) => {
    const reply = await replyTo([...text('The pod'), ending(reason), { type: 'message_stop' }])
    expect(reply).toMatchObject({ content: { text: 'The pod' }, finish })
    expect(reply.warnings).toEqual([expect.stringContaining(word)])
  })

  test('of tools that run at Anthropic are left out, with a warning', async () => {
    const search = { type: 'server_tool_use', id: 'srvtoolu_1', name: 'web_search', input: {} }
    const reply = await replyTo([
      ...text('Done.'),
      ...block(1, search, [{ type: 'input_json_delta', partial_json: '{"query":"x"}' }]),
      ending('end_turn'),
      { type: 'message_stop' },
    ])
    expect(reply.content).toEqual({ kind: 'text', text: 'Done.' })
    expect(reply.warnings).toEqual([expect.stringContaining('server_tool_use')])
  })

  test.each<[string, ScriptedEvent]>([
    [
      'goes on with what never began',
      { type: 'content_block_delta', index: 9, delta: { type: 'text_delta', text: '!' } },
    ],
    ['lacks what it must have', { type: 'content_block_delta', index: 0, delta: { type: 'text_delta' } }],
  ])('of which an event %s are bad', async (_, event) => {
    const reply = replyTo([...text('The pod'), event, ending('end_turn'), { type: 'message_stop' }])
    await expect(reply).rejects.toMatchObject({ code: 'bad-response' })
  })

  test('that begin anew hold nothing of what came before', async () => {
    const reply = await replyTo([
      ...text('Half a '),
      ...block(1, { type: 'tool_use', id: 'toolu_1', name: 'logs', input: {} }),
      ...text('Done.'),
      ending('end_turn'),
      { type: 'message_stop' },
    ])
    expect(reply.content).toEqual({ kind: 'text', text: 'Done.' })
  })

  test('with events and parts that are not known here are read', async () => {
    const reply = await replyTo([
      ...text('Done.'),
      { type: 'something_new', index: 0 },
      { type: 'content_block_delta', index: 0, delta: { type: 'something_new' } },
      ending('end_turn'),
      { type: 'message_stop' },
    ])
    expect(reply.content).toEqual({ kind: 'text', text: 'Done.' })
  })
})

test('a tool that an earlier turn called and that is gone is still named, and cannot be called', async () => {
  const call = { id: 'call.from:elsewhere', name: 'gone', input: redactObject({}) }
  const { body } = await sent(
    {},
    {
      messages: [
        { role: 'user', text: redact('Why?') },
        { role: 'assistant', text: redact(''), toolCalls: [call] },
        { role: 'tool', results: [{ callId: call.id, name: 'gone', text: redact('none'), failed: true }] },
      ],
    },
  )
  expect(body).toMatchObject({ tools: [{ name: 'gone' }], tool_choice: { type: 'none' } })
  expect(JSON.stringify(body['messages'])).toContain('"id":"call_from_elsewhere"')
})

test("a host's own client is asked once, whatever it was told of retries", async () => {
  const server = await wireServer(anthropicMessages, { kind: 'failure', failure: { status: 529 } })
  onTestFinished(() => server.close())
  const client = new Anthropic({ apiKey: 'key-1234', baseURL: server.url, maxRetries: 5 })
  const model = anthropicModel({ model: 'claude', client })
  await expect(model.generate(aRequest(), callContext())).rejects.toMatchObject({ code: 'unavailable', status: 529 })
  expect(server.requests()).toHaveLength(1)
})

test('a key that looks like none is taken out of the words of a refusal, and the words stay', async () => {
  const server = await wireServer(anthropicMessages, {
    kind: 'failure',
    failure: { status: 400, because: 'context-too-long' },
  })
  onTestFinished(() => server.close())
  const model = anthropicModel({ model: 'claude', apiKey: 'open sesame', baseURL: server.url })
  const error: unknown = await model.generate(aRequest(), callContext()).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ code: 'rejected', message: expect.stringContaining('prompt is too long') })
  expect(error).toMatchObject({ message: expect.not.stringContaining('open sesame') })
})

test('an abort while nothing more comes rejects with its reason', async () => {
  const server = await wireServer(anthropicMessages, played(done, { pace: 'stuck' }))
  onTestFinished(() => server.close())
  const model = anthropicModel({ model: 'claude', apiKey: 'key-1234', baseURL: server.url })
  const stop = new AbortController()
  const reason = new Error('enough')
  const onProgress = () => void setImmediate(() => stop.abort(reason))
  await expect(model.generate(aRequest(), { ...callContext({ signal: stop.signal }), onProgress })).rejects.toBe(reason)
})

test.each<[string, object]>([
  ['apiKey', { model: 'claude' }],
  ['model', { apiKey: 'k' }],
  ['apiKey', { model: 'claude', apiKey: 'k', client: new Anthropic({ apiKey: 'k' }) }],
  ['baseURL', { model: 'claude', apiKey: 'k', baseURL: 'https://user:pass@gateway.example' }],
  ['thinking.budgetTokens', { model: 'claude', apiKey: 'k', thinking: { type: 'enabled', budgetTokens: 100 } }],
  ['temperature', { model: 'claude', apiKey: 'k', temperature: 1 }],
])('a wrong %s is refused at once', (path, options) => {
  expect(() => anthropicModel(options as AnthropicModelOptions)).toThrow(
    expect.objectContaining({ brand: 'mendkit/error', code: 'config', path }),
  )
})

const begin: ScriptedEvent = { type: 'message_start', message: { model: 'claude', usage: { input_tokens: 1 } } }

function ending(stop_reason: string, usage: object = {}): ScriptedEvent {
  return { type: 'message_delta', delta: { stop_reason }, usage: { output_tokens: 7, ...usage } }
}

function block(index: number, content_block: object, deltas: readonly object[] = []): readonly ScriptedEvent[] {
  return [
    { type: 'content_block_start', index, content_block },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ]
}

function text(said: string): readonly ScriptedEvent[] {
  return [begin, ...block(0, { type: 'text', text: '' }, [{ type: 'text_delta', text: said }])]
}
