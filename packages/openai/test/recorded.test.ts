import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ModelReply, type ModelRequest, redact } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { saying, serve, whole } from './serve.ts'

const data = join(import.meta.dirname, '../../../../shared/data/vercel-ai-fixtures')
const responses = join(data, 'openai/src/responses/__fixtures__')
const compatible = join(data, 'openai-compatible/src/chat/__fixtures__')
const isMissing = !existsSync(data)
if (isMissing) console.log('Skipping recorded replies of OpenAI: ../shared/data/vercel-ai-fixtures is not there')

interface Recorded {
  readonly output: readonly {
    readonly type: string
    readonly phase?: string
    readonly name?: string
    readonly content?: readonly { readonly text: string }[]
    readonly encrypted_content?: string
  }[]
  readonly usage: { readonly input_tokens: number; readonly output_tokens: number }
}

interface RecordedError {
  readonly error?: { readonly message?: string; readonly code?: string } | false | null
}

interface RecordedCompletion {
  readonly choices: readonly [
    {
      readonly message: {
        readonly content: string
        readonly reasoning_content: string
        readonly tool_calls?: readonly { readonly function: { readonly name: string } }[]
      }
      readonly finish_reason: string
    },
  ]
  readonly usage: { readonly prompt_tokens: number; readonly total_tokens: number }
}

const request: ModelRequest = {
  instructions: redact('You find root causes.'),
  messages: [{ role: 'user', text: redact('Why?') }],
  tools: [],
  toolChoice: 'auto',
  maxOutputTokens: 1_000,
}

function named(folder: string, ending: string): readonly string[] {
  return isMissing ? [] : readdirSync(folder).filter((name) => name.endsWith(ending))
}

/** The streams of a recording: one for each response in it. */
function streamsOf(name: string): readonly (readonly object[])[] {
  const streams: object[][] = []
  for (const line of readFileSync(join(responses, name), 'utf8').split('\n')) {
    if (line.trim() === '') continue
    const event = JSON.parse(line) as { readonly type: string }
    if (event.type === 'response.created') streams.push([])
    streams.at(-1)?.push(event)
  }
  return streams
}

async function replyTo(api: 'responses' | 'chat', events: readonly object[]) {
  const { model } = await serve(whole, { api, ...(api === 'chat' && { keepReasoning: true }) }, saying(api, events))
  const told: string[] = []
  const onProgress = (progress: { kind: string; delta?: string }) => {
    if (progress.kind === 'text') told.push(progress.delta ?? '')
  }
  return { reply: await model.generate(request, { ...callContext(), onProgress }), told: told.join('') }
}

/** What was recorded is in the reply: words, calls, counts, what is sealed. */
function isSound({ content, usage, continuation, finish }: ModelReply, { output, usage: counted }: Recorded): void {
  const calls = output.filter(({ type }) => type === 'function_call').map(({ name }) => name)
  const messages = output.filter(({ type }) => type === 'message')
  const answers = messages.filter(({ phase }) => phase === 'final_answer')
  const texts = (answers.length > 0 ? answers : messages).map(({ content: parts = [] }) =>
    parts.map(({ text }) => text).join(''),
  )
  expect(content.kind).toBe(calls.length > 0 ? 'tool-calls' : 'text')
  expect(finish).toBe(calls.length > 0 ? 'tool-calls' : 'stop')
  if (content.kind === 'tool-calls') {
    expect(content.calls.map(({ name }) => name)).toEqual(calls)
    for (const call of content.calls) expect(call.input).toBeTypeOf('object')
  } else if (content.kind === 'text') {
    expect(content.text).toBe(texts.join('\n\n'))
  }
  expect(usage).toMatchObject({ inputTokens: counted.input_tokens, outputTokens: counted.output_tokens })
  for (const { type, encrypted_content } of output) {
    if (type === 'reasoning' && encrypted_content) expect(JSON.stringify(continuation)).toContain(encrypted_content)
  }
}

describe('recorded replies of OpenAI (needs ../shared/data)', () => {
  test.skipIf(isMissing)('there are some (needs ../shared/data)', () => {
    expect(named(responses, '.chunks.txt').length).toBeGreaterThan(10)
  })

  for (const name of named(responses, '.chunks.txt')) {
    test(`the stream ${name} is a sound reply, as it was told while it came`, async () => {
      for (const events of streamsOf(name)) {
        const { reply, told } = await replyTo('responses', events)
        const ended = (events.at(-1) as { readonly response: Recorded }).response
        isSound(reply, ended)
        const deltas = events as readonly { readonly type: string; readonly delta?: string }[]
        expect(told).toBe(
          deltas.map(({ type, delta }) => (type === 'response.output_text.delta' ? delta : '')).join(''),
        )
      }
    })
  }

  for (const name of named(responses, '.json')) {
    test(`the response ${name} is a sound reply, or an error that says what is wrong`, async () => {
      const recorded = JSON.parse(readFileSync(join(responses, name), 'utf8')) as Recorded & RecordedError
      const { message, code } = recorded.error || {}
      if (message === undefined) {
        const { reply } = await replyTo('responses', [{ type: 'response.completed', response: recorded }])
        return isSound(reply, recorded)
      }
      const event = { type: 'response.failed', response: { ...recorded, error: recorded.error } }
      await expect(replyTo('responses', [event])).rejects.toMatchObject({
        code: 'rejected',
        message: expect.stringContaining(code === 'insufficient_quota' ? 'no money' : message),
      })
    })
  }

  test.skipIf(isMissing)(
    'a compatible stream that numbers its calls from 1 is a call (needs ../shared/data)',
    async () => {
      const lines = readFileSync(join(compatible, 'anthropic-fallback-tool-call.sse'), 'utf8').split('\n')
      const events = lines
        .filter((line) => line.startsWith('data: {'))
        .map((line) => JSON.parse(line.slice('data: '.length)) as object)
      const { reply } = await replyTo('chat', events)
      expect(reply.content).toEqual({
        kind: 'tool-calls',
        text: 'Reading it.',
        calls: [{ id: 'toolu_sanitized', name: 'read_file', input: { path: 'a.txt' } }],
      })
      expect(reply.usage).toEqual({})
    },
  )

  for (const name of named(compatible, '.json')) {
    test(`the chat completion ${name} is a sound reply when it is streamed`, async () => {
      const recorded = JSON.parse(readFileSync(join(compatible, name), 'utf8')) as RecordedCompletion
      const { choices, usage, ...base } = recorded
      const [{ message, finish_reason }] = choices
      const calls = message.tool_calls?.map((call, index) => ({ ...call, index }))
      const delta = { ...message, ...(calls !== undefined && { tool_calls: calls }) }
      const events = [{ choices: [{ index: 0, delta, finish_reason }] }, { choices: [], usage }]
      const { reply } = await replyTo(
        'chat',
        events.map((event) => ({ ...base, ...event })),
      )
      if (calls === undefined) expect(reply.content).toEqual({ kind: 'text', text: message.content })
      else expect(reply.content).toMatchObject({ kind: 'tool-calls', calls: [{ name: calls[0]?.function.name }] })
      // These servers count thinking beside what is written, and all of it in the total.
      const { prompt_tokens, total_tokens } = usage
      expect(reply.usage).toMatchObject({ inputTokens: prompt_tokens, outputTokens: total_tokens - prompt_tokens })
      expect(reply.continuation?.data).toMatchObject({ reasoning: message.reasoning_content })
    })
  }
})
