import {
  describedInText,
  type ModelContent,
  type ModelReply,
  type ModelRequest,
  redact,
  redactObject,
} from '@mendkit/core'
import { callContext, type ScriptedModelOptions, scriptedModel } from '@mendkit/testkit'
import { describe, expect, it, test } from 'vitest'
import { asking, outcomeOf } from './support.ts'

const tools: ModelRequest['tools'] = [
  {
    name: 'pod_logs',
    description: redact('Reads the logs of a pod.'),
    input: redactObject({ type: 'object', properties: { pod: { type: 'string' } } }),
  },
]
const output = { name: 'answer', schema: redactObject({ type: 'object', properties: { cause: { type: 'string' } } }) }
const plain: ScriptedModelOptions = { tools: false, structuredOutput: false }

async function answered(
  text: string,
  more: Partial<ModelRequest>,
  able: ScriptedModelOptions = plain,
  finish?: ModelReply['finish'],
) {
  const inner = scriptedModel([{ kind: 'text', text, ...(finish && { finish }) }], able)
  const { reply, progress } = await outcomeOf(describedInText(inner), asking('Why?', more))
  return { content: reply?.content, finish: reply?.finish, progress, asked: inner.requests[0] }
}

describe('a model that has no tools and no schema', () => {
  it('is told of the tools and of the form of the answer in words, and is offered nothing that it does not have', async () => {
    const { asked } = await answered('x', { tools, output })
    expect(asked).toMatchObject({ tools: [], toolChoice: 'none' })
    expect(asked?.output).toBeUndefined()
    for (const told of [
      'You are brief.',
      'pod_logs',
      'Reads the logs of a pod.',
      '"pod":{"type":"string"}',
      '"cause":{"type":"string"}',
    ])
      expect(asked?.instructions).toContain(told)
  })

  it('is told of no tools when it may call none, and to call one when it must', async () => {
    expect((await answered('x', { tools, toolChoice: 'none' })).asked?.instructions).toBe('You are brief.')
    expect((await answered('x', { tools, toolChoice: 'required' })).asked?.instructions).toContain('must call')
    expect((await answered('x', { tools })).asked?.instructions).not.toContain('must call')
  })

  it('calls tools by an object, bare or fenced', async () => {
    const calls = '{"call_tools": [{"name": "pod_logs", "input": {"pod": "a}}}b"}}, {"name": "pod_logs"}]}'
    const expected: ModelContent = {
      kind: 'tool-calls',
      text: '',
      calls: [
        { id: 'text-1', name: 'pod_logs', input: { pod: 'a}}}b' } },
        { id: 'text-2', name: 'pod_logs', input: {} },
      ],
    }
    for (const text of [calls, `I look at {it}.\n\`\`\`json\n${calls}\n\`\`\`\nThen I answer.`]) {
      const { content, finish, progress } = await answered(text, { tools, output })
      expect([content, finish]).toEqual([expected, 'tool-calls'])
      expect(progress.filter(({ kind }) => kind === 'tool-call')).toHaveLength(2)
    }
  })

  it('answers with an object, bare, fenced or among words', async () => {
    for (const text of [
      '{"cause":"oom"}',
      '```json\n{"cause":"oom"}\n```',
      'Here: {"cause":"oom"} – done {"cause":"other"}',
      'A 5" {pipe} and {"cause":"oom"}',
    ]) {
      const { content, finish } = await answered(text, { tools, output })
      expect([content, finish]).toEqual([{ kind: 'object', object: { cause: 'oom' } }, 'stop'])
    }
  })

  test.each([
    ['words alone', 'The pod has no memory.', { tools, output }],
    ['an object that is cut', '{"cause": "oo', { tools, output }],
    ['a list', '["oom"]', { output }],
    ['what is balanced but no JSON', '{cause: {"a": 1}}', { output }],
    ['an object where none is wanted', '{"cause":"oom"}', { tools }],
    ['calls that are no list', '{"call_tools": "pod_logs"}', { tools, output }],
    ['calls where none may be made', '{"call_tools": [{"name": "pod_logs"}]}', { tools, output, toolChoice: 'none' }],
    ['a million braces', '{'.repeat(999_999), { tools, output }],
    ['a million quotes', '{"'.repeat(499_999), { tools, output }],
  ] as const)('comes back as text when it writes %s', async (_, text, more) => {
    const { content } = await answered(text, { maxOutputTokens: 1_000_000, ...more })
    expect(content).toEqual({ kind: 'text', text })
  })

  it('is not read when it was cut at the limit, for there may be half of something', async () => {
    const { content, finish } = await answered('{"cause":"oom"} {"cau', { output }, plain, 'length')
    expect([content?.kind, finish]).toEqual(['text', 'length'])
  })

  it('gives a call without its input when that is no object, and no more than 32 calls', async () => {
    const calls = [{ name: 'pod_logs', input: 'all' }, 7, { input: {} }, ...Array(40).fill({ name: 'pod_logs' })]
    const { content } = await answered(JSON.stringify({ call_tools: calls }), { tools })
    expect(content?.kind === 'tool-calls' && content.calls[0]).toEqual({ id: 'text-1', name: 'pod_logs' })
    expect(content?.kind === 'tool-calls' && content.calls.length).toBe(32)
  })

  it('reads earlier calls and their results as words, each in its place', async () => {
    const messages: ModelRequest['messages'] = [
      ...asking().messages,
      {
        role: 'assistant',
        text: redact('I look.'),
        toolCalls: [{ id: 'text-1', name: 'pod_logs', input: redactObject({ pod: 'a' }) }],
      },
      { role: 'tool', results: [{ callId: 'text-1', name: 'pod_logs', text: redact('no such pod'), failed: true }] },
    ]
    const { asked } = await answered('x', { tools, messages })
    expect(asked?.messages).toEqual([
      ...asking().messages,
      {
        role: 'assistant',
        text: 'I look.\n{"call_tools": [{"name": "pod_logs", "input": {"pod":"a"}}]}',
        toolCalls: [],
      },
      { role: 'user', text: 'Call 1, pod_logs, failed:\nno such pod' },
    ])
  })

  it('passes refusals, usage and failures on as they are', async () => {
    const inner = scriptedModel([{ kind: 'refusal', text: 'No.', usage: { inputTokens: 7 } }], plain)
    const { reply } = await outcomeOf(describedInText(inner), asking('x', { output }))
    expect(reply).toMatchObject({
      content: { kind: 'refusal', text: 'No.' },
      finish: 'refusal',
      usage: { inputTokens: 7 },
    })
  })
})

describe('what a model can do by itself', () => {
  it('is left to it: tools are offered, and only the form of the answer is in words', async () => {
    const { asked, content } = await answered('{"cause":"oom"}', { tools, output }, { structuredOutput: false })
    expect(asked?.tools).toEqual(tools)
    expect(asked?.instructions).not.toContain('call_tools')
    expect(content).toEqual({ kind: 'object', object: { cause: 'oom' } })
  })

  it('is left to it: an object is held to its schema, unless tools are in words beside it', async () => {
    const able = { tools: false }
    expect((await answered('x', { output }, able)).asked?.output).toEqual(output)
    expect((await answered('x', { output, tools, toolChoice: 'none' }, able)).asked?.output).toEqual(output)
    const beside = await answered('{"call_tools": [{"name": "pod_logs"}]}', { output, tools }, able)
    expect([beside.asked?.output, beside.content?.kind]).toEqual([undefined, 'tool-calls'])
  })

  it('is all: such a model is given back as it is', () => {
    const model = scriptedModel([])
    expect(describedInText(model)).toBe(model)
    expect(describedInText(scriptedModel([], plain)).capabilities).toEqual({ tools: true, structuredOutput: true })
  })
})

test('the reason of a caller that gives up comes through', async () => {
  const stop = new AbortController()
  const call = outcomeOf(
    describedInText(scriptedModel([{ kind: 'hang' }], plain)),
    asking(),
    callContext({ signal: stop.signal }),
  )
  stop.abort('enough')
  expect((await call).error).toBe('enough')
})
