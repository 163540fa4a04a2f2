import {
  type JsonObject,
  type ModelContinuation,
  type ModelMessage,
  type ModelRequest,
  redact,
  redactObject,
} from '@mendkit/core'
import { type OpenaiModelOptions, openaiModel } from '@mendkit/openai'
import { callContext, leaksNot, played, playedUsage } from '@mendkit/testkit'
import { AzureOpenAI, OpenAI } from 'openai'
import { describe, expect, test } from 'vitest'
import { apiKey, saying, serve, whole } from './serve.ts'

const done = played({ kind: 'text', pieces: ['Done.'] })
const ask = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  instructions: redact('You find root causes.'),
  messages: [{ role: 'user', text: redact('Why?') }],
  tools: [],
  toolChoice: 'auto',
  maxOutputTokens: 1_000,
  ...more,
})

/** What a model sends for a request. */
async function sent(options: Partial<OpenaiModelOptions>, request = ask()) {
  const { server, model } = await serve(done, options)
  const reply = await model.generate(request, callContext())
  const [first] = server.requests()
  return {
    reply,
    path: first?.path,
    headers: first?.headers ?? {},
    body: first?.body as Readonly<Record<string, unknown>>,
  }
}

describe('how a model is reached', () => {
  test('with the key and the headers that are given, and nothing of the environment', async () => {
    const { headers } = await sent({ headers: { 'x-team': 'sre' }, organization: 'org-1' })
    expect(headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'x-team': 'sre',
      'openai-organization': 'org-1',
    })
  })

  test('with a key that is fetched for each call', async () => {
    const keys = ['key-1', 'key-2']
    const { server, model } = await serve(done, { apiKey: async () => keys.shift() ?? '' })
    for (let calls = 0; calls < 2; calls += 1) await model.generate(ask(), callContext())
    expect(server.requests().map(({ headers }) => headers['authorization'])).toEqual(['Bearer key-1', 'Bearer key-2'])
  })

  test('without a key where none is given, as local servers want it', async () => {
    const { server } = await serve(done)
    const model = openaiModel({ model: 'qwen3', api: 'responses', baseURL: `${server.url}/v1` })
    await model.generate(ask(), callContext())
    expect(server.requests()[0]?.headers).not.toHaveProperty('authorization')
  })

  test.each(['responses', 'chat'] as const)(
    "by the host's own client for %s, whose retries do not count for these calls",
    async (api) => {
      const { server } = await serve({ kind: 'failure', failure: { status: 503 } }, { api })
      const client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, maxRetries: 5 })
      const model = openaiModel({ model: 'gpt-test', client, api })
      await expect(model.generate(ask(), callContext())).rejects.toMatchObject({ code: 'unavailable', status: 503 })
      expect(server.requests()).toHaveLength(1)
    },
  )

  test("a timeout of the host's own client is unavailable, and no abort", async () => {
    const { server } = await serve({ kind: 'silent' })
    const client = new OpenAI({ apiKey, baseURL: `${server.url}/v1`, timeout: 20 })
    const call = openaiModel({ model: 'gpt-test', client }).generate(ask(), callContext())
    await expect(call).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('in time') })
  })

  test('by a client of Azure OpenAI, at the path of its deployment', async () => {
    const paths: string[] = []
    for (const api of ['responses', 'chat'] as const) {
      const { server } = await serve(done, { api })
      const client = new AzureOpenAI({ endpoint: server.url, apiKey, apiVersion: '2026-01-01', deployment: 'sre-1' })
      const model = openaiModel({ model: 'sre-1', client, api, provider: 'azure' })
      expect(model.id).toBe('azure/sre-1')
      const { content } = await model.generate(ask(), callContext())
      expect(content).toEqual({ kind: 'text', text: 'Done.' })
      const [request] = server.requests()
      expect(request?.headers).toMatchObject({ 'api-key': apiKey })
      paths.push(request?.path ?? '')
    }
    expect(paths).toEqual([
      '/openai/responses?api-version=2026-01-01',
      '/openai/deployments/sre-1/chat/completions?api-version=2026-01-01',
    ])
  })

  test.each([
    [{}, 'model'],
    [{ model: 'gpt-test' }, 'apiKey'],
    [{ model: '', apiKey }, 'model'],
    [{ model: 'gpt-test', apiKey, baseURL: 'ftp://x' }, 'baseURL'],
    [{ model: 'gpt-test', apiKey, baseURL: 'https://me:secret@x/v1' }, 'baseURL'],
    [{ model: 'gpt-test', client: new OpenAI({ apiKey }), apiKey }, 'apiKey'],
    [{ model: 'gpt-test', apiKey, maxTokensField: 'max_tokens' }, 'maxTokensField'],
    [{ model: 'gpt-test', apiKey, api: 'chat', reasoningSummary: 'auto' }, 'reasoningSummary'],
    [{ model: 'gpt-test', apiKey, headers: { 'x-a': 'one\r\ntwo: three' } }, 'headers.x-a'],
    [{ model: 'gpt-test', apiKey, effort: 'high' }, 'effort'],
  ])('options %o are refused at once, for `%s`', (options, path) => {
    const make = () => openaiModel(options as OpenaiModelOptions)
    expect(make).toThrow(expect.objectContaining({ code: 'config', path }))
    expect(make).not.toThrow(/secret|key-of/)
  })
})

describe('what is sent', () => {
  const settings = {
    reasoningEffort: 'high',
    verbosity: 'low',
    serviceTier: 'flex',
    promptCacheKey: 'mendkit',
  } as const

  test('the Responses API keeps nothing, and is asked for its sealed thinking', async () => {
    const { body, path } = await sent({ ...settings, reasoningSummary: 'auto', temperature: 0 })
    expect(path).toBe('/v1/responses')
    expect(body).toMatchObject({
      ...{ store: false, stream: true, include: ['reasoning.encrypted_content'], max_output_tokens: 1_000 },
      ...{ reasoning: { effort: 'high', summary: 'auto' }, text: { verbosity: 'low' } },
      ...{ service_tier: 'flex', prompt_cache_key: 'mendkit', temperature: 0 },
    })
    expect((await sent({ keepReasoning: false })).body).not.toHaveProperty('include')
  })

  test('a limit below the fewest tokens that the Responses API takes is raised to them', async () => {
    expect((await sent({}, ask({ maxOutputTokens: 1 }))).body).toMatchObject({ max_output_tokens: 16 })
  })

  test('chat completions name the token limit and count as the server wants it', async () => {
    const { body, path } = await sent({ api: 'chat', ...settings })
    expect(path).toBe('/v1/chat/completions')
    expect(body).toMatchObject({
      ...{ max_completion_tokens: 1_000, stream_options: { include_usage: true } },
      ...{ reasoning_effort: 'high', verbosity: 'low', service_tier: 'flex', prompt_cache_key: 'mendkit' },
    })
    const older = await sent({ api: 'chat', maxTokensField: 'max_tokens', streamUsage: false })
    expect(older.body).toMatchObject({ max_tokens: 1_000 })
    expect(older.body).not.toHaveProperty('max_completion_tokens')
    expect(older.body).not.toHaveProperty('stream_options')
  })

  test.each(['responses', 'chat'] as const)('several tools at once only as it is set, for %s', async (api) => {
    const tools = [
      { name: 'logs', description: redact('Reads logs'), input: redactObject({ type: 'object', properties: {} }) },
    ]
    expect((await sent({ api, parallelToolCalls: false }, ask({ tools }))).body).toMatchObject({
      parallel_tool_calls: false,
    })
    expect((await sent({ api }, ask({ tools }))).body).not.toHaveProperty('parallel_tool_calls')
  })
})

describe('schemas', () => {
  const closed = {
    type: 'object',
    properties: { cause: { type: 'string' } },
    required: ['cause'],
    additionalProperties: false,
  } as const
  const list = { type: 'array', items: closed } as const
  const within = (part: JsonObject) => ({ ...closed, properties: { cause: part } }) as const

  test.each([
    ['closed with all required', closed, undefined],
    ['nested in lists and unions', within({ anyOf: [list, { type: 'null' }] }), undefined],
    [
      'with a default and a constant that look like schemas',
      within({ default: { type: 'object' }, const: { oneOf: [] } }),
      undefined,
    ],
    [
      'with a property that is named like a keyword',
      { ...closed, properties: { oneOf: { type: 'string' } }, required: ['oneOf'] },
      undefined,
    ],
    ['open', { ...closed, additionalProperties: true }, 'allows other properties'],
    ['with an optional property', { ...closed, required: [] }, '`cause` is optional'],
    [
      'open within a list',
      within({ type: 'array', items: { type: 'object' } }),
      'allows other properties at cause.items',
    ],
    ['open within a union', within({ anyOf: [{ type: 'object' }] }), 'allows other properties'],
    ['with a keyword that is not known there', within({ type: 'string', minLength: 1 }), 'has `minLength`'],
    ['of a union', { anyOf: [closed] }, 'is no object'],
  ] as const)('a schema %s is strict, or the reply warns why not', async (_, schema, because) => {
    const output = { name: 'cause', schema: redactObject(schema) }
    const { reply, body } = await sent({}, ask({ output }))
    expect(body).toMatchObject({ text: { format: { strict: because === undefined } } })
    expect(reply.warnings).toEqual(because === undefined ? [] : [expect.stringContaining(because)])
    const chat = await sent({ api: 'chat' }, ask({ output }))
    expect(chat.body['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'cause', schema, ...(because === undefined && { strict: true }) },
    })
  })
})

describe('thinking between turns', () => {
  const thought = (id: string) => ({ type: 'reasoning', id, summary: [], encrypted_content: `sealed ${id}` })
  const call = (id: string) => ({ type: 'function_call', call_id: id, name: 'logs', arguments: '{}' })
  const text = {
    type: 'message',
    role: 'assistant',
    phase: 'commentary',
    content: [{ type: 'output_text', text: 'I look.' }],
  }
  const output = [thought('rs_1'), text, thought('rs_2'), call('call_1'), call('call_2')]
  const events = [{ type: 'response.completed', response: { id: 'resp_1', output, usage: null } }]
  const next = (continuation: ModelContinuation): readonly ModelMessage[] => [
    { role: 'user', text: redact('Why?') },
    {
      role: 'assistant',
      text: redact('I looked.'),
      toolCalls: ['call_2', 'call_3', 'call_1'].map((id) => ({ id, name: 'logs', input: redactObject({}) })),
      continuation,
    },
    { role: 'user', text: redact('Go on.') },
  ]

  test('comes back before what it led to, with the words that passed the redactor', async () => {
    const { server, model } = await serve(whole, {}, saying('responses', events))
    const { continuation } = await model.generate(ask(), callContext())
    await model.generate(ask({ messages: next(continuation as ModelContinuation) }), callContext())
    const body = server.requests()[1]?.body as { readonly input: readonly object[] } | undefined
    expect(body?.input.slice(1, -1)).toEqual([
      thought('rs_1'),
      { role: 'assistant', content: 'I looked.', phase: 'commentary' },
      thought('rs_2'),
      call('call_1'),
      call('call_2'),
      call('call_3'),
    ])
    expect(JSON.stringify(continuation)).not.toContain('I look.')
  })

  test('does not go to another model, nor to another place of the same provider', async () => {
    const first = await serve(whole, {}, saying('responses', events))
    const { continuation } = await first.model.generate(ask(), callContext())
    const messages = next(continuation as ModelContinuation)
    const other = openaiModel({ model: 'gpt-other', apiKey, baseURL: `${first.server.url}/v1` })
    await other.generate(ask({ messages }), callContext())
    const second = await serve(done)
    await second.model.generate(ask({ messages }), callContext())
    for (const body of [first.server.requests()[1]?.body, second.server.requests()[0]?.body]) {
      expect(JSON.stringify(body)).toContain('I looked.')
      expect(JSON.stringify(body)).not.toContain('sealed')
    }
  })

  test('of a chat completion comes back only where it is wanted', async () => {
    const thinking = { text: 'Logs first.', sealed: 'never' }
    for (const keepReasoning of [true, false]) {
      const { server, model } = await serve(played({ kind: 'text', pieces: ['I look.'] }, { thinking }), {
        api: 'chat',
        keepReasoning,
      })
      const { continuation } = await model.generate(ask(), callContext())
      expect(continuation !== undefined).toBe(keepReasoning)
      if (continuation === undefined) continue
      await model.generate(ask({ messages: next(continuation) }), callContext())
      expect(server.received()[1]?.turns[1]).toMatchObject({ sealed: ['Logs first.'] })
    }
  })
})

describe('what is made of odd replies', () => {
  const ended = (more: object) => [
    { type: 'response.completed', response: { id: 'resp_1', output: [], usage: null, ...more } },
  ]
  const said = { type: 'message', content: [{ type: 'output_text', text: 'Half' }] }

  test('a filter of the provider is a refusal, before a reply, within one, and at its end', async () => {
    const filter = { incomplete_details: { reason: 'content_filter' }, output: [said] }
    const chat = [{ choices: [{ delta: { content: 'Half' }, finish_reason: 'content_filter' }] }]
    for (const [api, events] of [
      ['responses', [{ type: 'response.incomplete', response: filter }]],
      ['responses', [{ type: 'response.failed', response: { error: { code: 'invalid_prompt', message: 'Half' } } }]],
      ['chat', chat],
    ] as const) {
      const { model } = await serve(whole, { api }, saying(api, events))
      const { content, finish } = await model.generate(ask(), callContext())
      expect([content, finish]).toEqual([{ kind: 'refusal', text: 'Half' }, 'refusal'])
    }
  })

  test.each([
    ['rate_limit_exceeded', 'unavailable', 'broke off'],
    ['server_error', 'unavailable', 'broke off'],
    ['insufficient_quota', 'rejected', 'no money'],
    ['context_length_exceeded', 'rejected', 'more than its context holds'],
    ['data_residency_mismatch', 'rejected', 'gave up'],
  ])('an error %s within a reply is %s, and says so', async (code, expected, says) => {
    const failed = { type: 'response.failed', response: { error: { code, message: 'No.' } } }
    const { model } = await serve(whole, {}, saying('responses', [failed]))
    await expect(model.generate(ask(), callContext())).rejects.toMatchObject({
      code: expected,
      message: expect.stringContaining(says),
    })
  })

  test('a reply that the provider stopped for another reason may be half of something', async () => {
    const stopped = { output: [said], incomplete_details: { reason: 'steered' }, usage: null }
    const { model } = await serve(whole, {}, saying('responses', [{ type: 'response.incomplete', response: stopped }]))
    const { content, finish } = await model.generate(ask(), callContext())
    expect([content, finish]).toEqual([{ kind: 'text', text: 'Half' }, 'length'])
  })

  test('a chat completion that its server could not finish is unavailable', async () => {
    for (const finish_reason of ['error', 'abort', 'insufficient_system_resource']) {
      const events = [{ choices: [{ delta: { content: 'Half' }, finish_reason }] }]
      const { model } = await serve(whole, { api: 'chat' }, saying('chat', events))
      await expect(model.generate(ask(), callContext())).rejects.toMatchObject({ code: 'unavailable' })
    }
  })

  test('items that came before an end without items are the reply', async () => {
    const events = [{ type: 'response.output_item.done', output_index: 0, item: said }, ...ended({})]
    const { model } = await serve(whole, {}, saying('responses', events))
    expect((await model.generate(ask(), callContext())).content).toEqual({ kind: 'text', text: 'Half' })
  })

  test('what nobody asked for is left out, and told', async () => {
    const output = [{ type: 'web_search_call', id: 'ws_1' }, said]
    const { model } = await serve(whole, {}, saying('responses', ended({ output })))
    const { content, warnings } = await model.generate(ask(), callContext())
    expect(content).toEqual({ kind: 'text', text: 'Half' })
    expect(warnings).toContainEqual(expect.stringContaining('left out'))
  })

  test.each([
    ['responses', { type: 'response.completed', response: { output: [{ type: 'function_call', name: 'logs' }] } }],
    ['responses', { type: 'response.output_text.delta', delta: 7 }],
    ['responses', { no: 'type' }],
    ['chat', { choices: [{ delta: { content: 7 } }] }],
    ['chat', { object: 'chat.completion.chunk' }],
  ] as const)('an event of %s that is not as its interface says is bad-response: %j', async (api, event) => {
    const { model } = await serve(whole, { api }, saying(api, [event]))
    await expect(model.generate(ask(), callContext())).rejects.toMatchObject({ code: 'bad-response' })
  })

  test('calls of a chat completion without numbers or ids are kept apart', async () => {
    const called = (more: object) => ({ choices: [{ delta: { tool_calls: [more] } }] })
    const events = [
      called({ id: 'a', function: { name: 'logs', arguments: '{"lines"' } }),
      called({ function: { arguments: ':1}' } }),
      called({ id: 'b', function: { name: 'logs', arguments: '{}' } }),
      called({ index: 7, function: { name: 'events', arguments: '{}' } }),
      { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
    ]
    const { model } = await serve(whole, { api: 'chat' }, saying('chat', events))
    expect((await model.generate(ask(), callContext())).content).toMatchObject({
      calls: [
        { id: 'a', name: 'logs', input: { lines: 1 } },
        { id: 'b', name: 'logs', input: {} },
        { id: 'call_7', name: 'events', input: {} },
      ],
    })
  })
})

describe('errors', () => {
  const failing = async (body: unknown, options: Partial<OpenaiModelOptions> = {}, status = 400) => {
    const { model } = await serve({ kind: 'failure', failure: { status } }, options, {
      ...saying('responses', []),
      failure: () => body,
    })
    return await model.generate(ask(), callContext()).catch((error: unknown) => error)
  }

  test.each([
    { error: { message: 'temperature is not supported', code: null, type: 'x', param: 'temperature' } },
    { error: 'temperature is not supported' },
    { message: 'temperature is not supported', code: 400 },
    { detail: 'temperature is not supported' },
  ])('say what the provider said, in whatever form: %j', async (body) => {
    expect(await failing(body)).toMatchObject({
      code: 'rejected',
      message: expect.stringMatching(/openai\/gpt-test at 127\.0\.0\.1.*HTTP 400.*temperature is not supported$/),
    })
  })

  test('say nothing of a body that is none, and no more than a few words of a long one', async () => {
    for (const body of [null, [], 'text', { error: { message: '<html>page</html>' } }]) {
      const error = await failing(body)
      expect(error).toMatchObject({ code: 'rejected' })
      expect(String(error)).not.toContain('page')
    }
    expect(String(await failing({ error: { message: 'word '.repeat(1_000) } })).length).toBeLessThan(500)
  })

  test('hold no secret of what was sent, headers of the host included, nor what the redactor knows', async () => {
    const message = `you sent ${apiKey}, gateway-7781 and password=hunter2-hunter2`
    const error = await failing({ error: { message } }, { headers: { 'x-gateway': 'gateway-7781' } })
    expect(String(error)).toContain('you sent')
    for (const secret of [apiKey, 'gateway-7781', 'hunter2']) expect(String(error)).not.toContain(secret)
  })

  test('hold no half of a key where long words are cut, nor a key that is told within a reply', async () => {
    const long = await failing({ error: { message: `${'word '.repeat(58)}${apiKey} and more` } })
    expect(String(long)).not.toContain(apiKey.slice(0, 5))
    const failed = { type: 'response.failed', response: { error: { code: 'server_error', message: `with ${apiKey}` } } }
    const { model } = await serve(whole, {}, saying('responses', [failed]))
    const error = await model.generate(ask(), callContext()).catch((caught: unknown) => caught)
    expect(String(error)).toContain('with')
    leaksNot(error, apiKey)
  })

  test('hold nothing of what a client of the host throws but a code', async () => {
    const broken = Object.assign(new Error(`cannot send ${apiKey}`), {
      code: 'EPROTO',
      headers: { authorization: apiKey },
    })
    for (const thrown of [broken, new TypeError('fetch failed', { cause: broken })]) {
      const { model } = await serve(done, { fetch: () => Promise.reject(thrown) })
      const error = await model.generate(ask(), callContext()).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('EPROTO') })
      leaksNot(error, apiKey)
    }
  })

  test('say which option to change for a model that does not reason', async () => {
    const message = 'Encrypted content is not supported with this model.'
    const error = await failing({ error: { message, type: 'invalid_request_error', param: 'include', code: null } })
    expect(error).toMatchObject({ code: 'rejected', message: expect.stringContaining('`keepReasoning: false`') })
  })

  test('counts are those of the provider, thinking included', async () => {
    const { reply } = await sent({ api: 'chat' })
    const { input, cached, output, thinking } = playedUsage
    expect(reply.usage).toEqual({
      inputTokens: input,
      cachedInputTokens: cached,
      outputTokens: output,
      thinkingTokens: thinking,
    })
  })
})
