import { createGoogle } from '@ai-sdk/google'
import { type ModelReply, type ModelRequest, redact, redactObject } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { type AiSdkLanguageModel, type AiSdkModelOptions, aiSdkModel } from '../src/index.ts'

type Part = Readonly<Record<string, unknown>>

const stop = { unified: 'stop', raw: 'stop' }
const usage = { inputTokens: { total: 20, cacheRead: 5 }, outputTokens: { total: 7, reasoning: 2 } }
const said = (text: string): readonly Part[] => [
  { type: 'text-start', id: '1' },
  { type: 'text-delta', id: '1', delta: text },
  { type: 'text-end', id: '1' },
]

/** A model of the AI SDK that answers these parts, and what it was asked. */
function scripted(parts: readonly Part[], specificationVersion = 'v4') {
  const asked: Record<string, unknown>[] = []
  const model = {
    specificationVersion,
    provider: 'acme.chat',
    modelId: 'acme-1',
    async doStream(options: Record<string, unknown>) {
      asked.push(options)
      return { stream: ReadableStream.from(parts), response: { headers: { 'x-request-id': 'r-1' } } }
    },
  }
  return { model: model as unknown as AiSdkLanguageModel, asked }
}

function ask(
  model: AiSdkLanguageModel,
  request: Partial<ModelRequest> = {},
  options: AiSdkModelOptions = {},
  signal = new AbortController().signal,
): Promise<ModelReply> {
  return aiSdkModel(model, options).generate(
    {
      instructions: redact('You find root causes.'),
      messages: [{ role: 'user', text: redact('Why?') }],
      tools: [],
      toolChoice: 'auto',
      maxOutputTokens: 500,
      ...request,
    },
    callContext({ signal }),
  )
}

test.each(['v3', 'v4'])('a model of version %s of the specification answers', async (version) => {
  const { model } = scripted([...said('Done.'), { type: 'finish', finishReason: stop, usage }], version)
  expect(await ask(model)).toEqual({
    content: { kind: 'text', text: 'Done.' },
    finish: 'stop',
    usage: { inputTokens: 20, cachedInputTokens: 5, outputTokens: 7, thinkingTokens: 2 },
    warnings: [],
    requestId: 'r-1',
    answeredBy: { provider: 'acme', model: 'acme-1' },
  })
})

test('what is no language model of these versions, and a wrong option, is refused at once', () => {
  const refusal = (path: string): unknown => expect.objectContaining({ code: 'config', path })
  expect(() => aiSdkModel(scripted([], 'v2').model)).toThrow(refusal('model'))
  expect(() => aiSdkModel('acme-1' as unknown as AiSdkLanguageModel)).toThrow(refusal('model'))
  const wrong = { temperature: 1 } as AiSdkModelOptions
  expect(() => aiSdkModel(scripted([]).model, wrong)).toThrow(refusal('temperature'))
})

test('warnings of the provider are passed on', async () => {
  const warnings = [
    { type: 'unsupported', feature: 'toolChoice', details: 'not with this model' },
    { type: 'other', message: 'slow today' },
  ]
  const { model } = scripted([
    { type: 'stream-start', warnings },
    ...said('Done.'),
    { type: 'finish', finishReason: stop, usage },
  ])
  expect((await ask(model)).warnings).toEqual(['unsupported: toolChoice: not with this model', 'other: slow today'])
})

describe('a reply that breaks off', () => {
  test.each<[string, readonly Part[]]>([
    ['without an end', []],
    ['with an end that has no reason', [{ type: 'finish', finishReason: { unified: 'other' }, usage }]],
    ['with an end that says so', [{ type: 'finish', finishReason: { unified: 'interrupted', raw: 'x' }, usage }]],
  ])('%s may be had later', async (_, end) => {
    await expect(ask(scripted([...said('The pod'), ...end]).model)).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('at the limit within a call has the call, without its input', async () => {
    const { model } = scripted([
      { type: 'tool-input-start', id: 'c1', toolName: 'logs' },
      { type: 'tool-input-delta', id: 'c1', delta: '{"pod":"che' },
      { type: 'finish', finishReason: { unified: 'length', raw: 'max' }, usage },
    ])
    const { content, finish, warnings } = await ask(model)
    expect(content).toEqual({ kind: 'tool-calls', text: '', calls: [{ id: 'c1', name: 'logs' }] })
    expect(finish).toBe('length')
    expect(warnings).toEqual([expect.stringContaining('no JSON object')])
  })
})

test('what the provider did by itself is left out, with a warning', async () => {
  const { model } = scripted([
    { type: 'tool-input-start', id: 's1', toolName: 'web_search', providerExecuted: true },
    { type: 'tool-call', toolCallId: 's1', toolName: 'web_search', input: '{}', providerExecuted: true },
    ...said('Done.'),
    { type: 'finish', finishReason: stop, usage },
  ])
  const { content, warnings } = await ask(model)
  expect(content).toEqual({ kind: 'text', text: 'Done.' })
  expect(warnings).toEqual([expect.stringContaining('web_search')])
})

describe('errors', () => {
  const marked = (name: string, facts: object = {}) => ({ [Symbol.for(`vercel.ai.error.${name}`)]: true, ...facts })

  test.each<[string, object, object]>([
    [
      'of a rate limit',
      marked('AI_APICallError', { statusCode: 429, responseHeaders: { 'retry-after': '3' } }),
      { code: 'unavailable', status: 429, retryAfterMs: 3_000 },
    ],
    [
      'of a spent account',
      marked('AI_APICallError', { statusCode: 429, data: { error: { code: 'insufficient_quota', message: 'x' } } }),
      { code: 'rejected', status: 429 },
    ],
    [
      'of a connection',
      marked('AI_APICallError', { cause: new Error('x') }),
      { code: 'unavailable', status: undefined },
    ],
    [
      'of a body that cannot be read',
      marked('AI_APICallError', { statusCode: 200, cause: marked('AI_JSONParseError') }),
      { code: 'bad-response' },
    ],
    ['of a model that there is not', marked('AI_NoSuchModelError'), { code: 'not-found' }],
    ['of what a provider cannot do', marked('AI_UnsupportedFunctionalityError'), { code: 'unsupported' }],
    ['within a reply', { type: 'error', error: { type: 'overloaded_error', message: 'x' } }, { code: 'unavailable' }],
    ['within a reply that are final', { type: 'invalid_request_error', message: 'x' }, { code: 'rejected' }],
  ])('%s are told apart without the class that threw them', async (_, error, told) => {
    await expect(ask(scripted([{ type: 'error', error }]).model)).rejects.toMatchObject(told)
  })

  test('thrown before a reply begins are told apart too', async () => {
    const error = Object.assign(new Error('x'), marked('AI_APICallError', { statusCode: 401 }))
    const throwing = { ...scripted([]).model, doStream: () => Promise.reject(error) } as unknown as AiSdkLanguageModel
    await expect(ask(throwing)).rejects.toMatchObject({ code: 'rejected', status: 401 })
  })
})

test('an abort ends a reply of which nothing more comes, also where the provider ends it in silence', async () => {
  const stop = new AbortController()
  const reason = new Error('enough')
  async function* parts() {
    yield* said('The pod')
    setImmediate(() => stop.abort(reason))
    await new Promise((resolve) => stop.signal.addEventListener('abort', resolve))
  }
  const model = {
    ...scripted([]).model,
    doStream: async () => ({ stream: ReadableStream.from(parts()) }),
  } as unknown as AiSdkLanguageModel
  await expect(ask(model, {}, {}, stop.signal)).rejects.toBe(reason)
})

describe('settings', () => {
  const end = [...said('{}'), { type: 'finish', finishReason: stop, usage }]

  test('OpenAI keeps nothing unless the host says so, and what the host gives goes out', async () => {
    const { model, asked } = scripted(end)
    await ask(model)
    await ask(model, {}, { providerOptions: { openai: { store: true, user: 'ops' }, acme: { fast: true } } })
    expect(asked[0]?.['providerOptions']).toMatchObject({ openai: { store: false } })
    expect(asked[1]?.['providerOptions']).toMatchObject({ openai: { store: true, user: 'ops' }, acme: { fast: true } })
  })

  test('a schema that OpenAI cannot hold a model to goes out without strictness', async () => {
    const { model, asked } = scripted(end)
    const loose = { type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }
    await ask(model, { output: { name: 'o', schema: redactObject(loose) } })
    await ask(model, { output: { name: 'o', schema: redactObject({ ...loose, required: ['a'] }) } })
    expect(asked[0]?.['providerOptions']).toMatchObject({ openai: { strictJsonSchema: false } })
    expect(asked[1]?.['providerOptions']).not.toMatchObject({ openai: { strictJsonSchema: false } })
  })
})

test('@ai-sdk/google calls a tool, and gets its signature back with the call', async () => {
  const bodies: string[] = []
  const part = { functionCall: { name: 'logs', args: { pod: 'a' } }, thoughtSignature: 'c2lnbmVk' }
  const chunk = {
    candidates: [{ content: { role: 'model', parts: [part] }, finishReason: 'STOP', index: 0 }],
    usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 7, totalTokenCount: 27 },
  }
  const fetch = async (_: unknown, init?: RequestInit) => {
    if (typeof init?.body === 'string') bodies.push(init.body)
    return new Response(`data: ${JSON.stringify(chunk)}\n\n`, { headers: { 'content-type': 'text/event-stream' } })
  }
  const model = createGoogle({ apiKey: 'none', fetch: fetch as typeof globalThis.fetch })('gemini-3-pro-preview')
  const logs = {
    name: 'logs',
    description: redact('Reads logs.'),
    input: redactObject({ type: 'object', properties: {} }),
  }
  const { content, usage: used, continuation } = await ask(model, { tools: [logs] })
  expect(content).toMatchObject({ kind: 'tool-calls', calls: [{ name: 'logs', input: { pod: 'a' } }] })
  expect(used).toMatchObject({ inputTokens: 20, outputTokens: 7 })
  const id = content.kind === 'tool-calls' ? (content.calls[0]?.id ?? '') : ''
  const call = { id, name: 'logs', input: redactObject({ pod: 'a' }) }
  await ask(model, {
    tools: [logs],
    messages: [
      { role: 'user', text: redact('Why?') },
      { role: 'assistant', text: redact(''), toolCalls: [call], ...(continuation && { continuation }) },
      { role: 'tool', results: [{ callId: id, name: 'logs', text: redact('OOMKilled'), failed: false }] },
    ],
  })
  expect(bodies[1]).toContain('"thoughtSignature":"c2lnbmVk"')
  expect(bodies[1]).toContain('OOMKilled')
})
