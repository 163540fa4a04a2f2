import { type ModelProgress, type ModelRequest, type RedactedJson, redact, redactJson } from '@mendkit/core'
import { describe, expect, it, test } from 'vitest'
import {
  callContext,
  readModelScript,
  rejectsWith,
  type ScriptedReply,
  scriptedModel,
  virtualClock,
} from '../../src/index.ts'

const ctx = callContext()

function asking(text: string, more: Partial<ModelRequest> = {}): ModelRequest {
  return {
    instructions: redact('You are brief.'),
    messages: [{ role: 'user', text: redact(text) }],
    tools: [],
    toolChoice: 'auto',
    maxOutputTokens: 1_000,
    ...more,
  }
}

const anObject = redactJson({ type: 'object' }) as RedactedJson
const tools: ModelRequest['tools'] = [{ name: 'look', description: redact('Looks.'), input: anObject }]

describe('a scripted model', () => {
  it('answers in the order of its replies, and says which call has none left', async () => {
    const model = scriptedModel([
      { kind: 'text', text: 'one' },
      { kind: 'text', text: 'two' },
    ])
    const texts = [await model.generate(asking('a'), ctx), await model.generate(asking('b'), ctx)]
    expect(texts.map(({ content }) => content)).toEqual([
      { kind: 'text', text: 'one' },
      { kind: 'text', text: 'two' },
    ])
    const error = await rejectsWith(model.generate(asking('c'), ctx), 'config')
    expect(error.message).toContain('call 3')
    expect(model.requests).toHaveLength(3)
  })

  it('gives a reply to the request that it is for', async () => {
    const model = scriptedModel([
      { kind: 'text', text: 'about disks', when: ['disk'], times: 'always' },
      { kind: 'text', text: 'about memory', when: ['memory'] },
    ])
    const answer = async (text: string) => (await model.generate(asking(text), ctx)).content
    expect(await answer('memory is short')).toEqual({ kind: 'text', text: 'about memory' })
    expect(await answer('the disk is full')).toEqual({ kind: 'text', text: 'about disks' })
    expect(await answer('another disk')).toEqual({ kind: 'text', text: 'about disks' })
    await rejectsWith(answer('memory again'), 'config')
  })

  it('counts a token for four characters, and nothing when the script says so', async () => {
    const model = scriptedModel([
      { kind: 'text', text: '12345678' },
      { kind: 'text', text: 'x', usage: {} },
    ])
    const { usage } = await model.generate(asking('0123456789', { instructions: redact('01') }), ctx)
    expect(usage).toEqual({ inputTokens: 3, outputTokens: 2 })
    expect((await model.generate(asking('x'), ctx)).usage).toEqual({})
  })

  it('tells its words as it writes them, and they are the reply', async () => {
    const told: ModelProgress[] = []
    const model = scriptedModel([{ kind: 'tool-calls', text: 'Let me  look. ', calls: [{ name: 'look', input: {} }] }])
    const { content, finish } = await model.generate(asking('x', { tools }), {
      ...ctx,
      onProgress: (one) => told.push(one),
    })
    expect(told.flatMap((one) => (one.kind === 'text' ? one.delta : [])).join('')).toBe('Let me  look. ')
    expect(told.at(-1)).toEqual({ kind: 'tool-call', name: 'look' })
    expect(content).toMatchObject({ kind: 'tool-calls', calls: [{ id: 'call-0-0', name: 'look', input: {} }] })
    expect(finish).toBe('tool-calls')
  })

  it('stops at the limit of tokens, and says so', async () => {
    const model = scriptedModel([{ kind: 'object', object: { cause: 'a long story' } }])
    const output = { name: 'answer', schema: anObject }
    const { content, finish } = await model.generate(asking('x', { output, maxOutputTokens: 2 }), ctx)
    expect([content, finish]).toEqual([{ kind: 'text', text: '{"cause"' }, 'length'])
  })

  it('is asked for nothing that it says it cannot do', async () => {
    const model = scriptedModel([{ kind: 'text', text: 'x' }], { tools: false, structuredOutput: false })
    await rejectsWith(model.generate(asking('x', { tools }), ctx), 'unsupported')
    const output = { name: 'answer', schema: anObject }
    await rejectsWith(model.generate(asking('x', { output }), ctx), 'unsupported')
  })

  const calling: ScriptedReply = { kind: 'tool-calls', calls: [{ name: 'look', input: {} }] }
  test.each<[string, ScriptedReply, Partial<ModelRequest>]>([
    ['calls a tool when none is offered', calling, {}],
    ['calls a tool when none may be called', calling, { tools, toolChoice: 'none' }],
    ['calls no tool when one must be called', { kind: 'text', text: 'no' }, { tools, toolChoice: 'required' }],
  ])('refuses a script that %s, unless it may disobey', async (_, reply, more) => {
    await rejectsWith(scriptedModel([reply]).generate(asking('x', more), ctx), 'config')
    const { content } = await scriptedModel([reply], { disobeys: true }).generate(asking('x', more), ctx)
    expect(content.kind).toBe(reply.kind)
  })

  it('takes the time that the script says, and stops in the middle with the reason of the caller', async () => {
    const clock = virtualClock()
    const slow: ScriptedReply = { kind: 'text', text: 'a b', afterMs: 100, everyMs: 10 }
    const model = scriptedModel([slow, slow], { clock })
    const told: [number, ModelProgress][] = []
    const onProgress = (one: ModelProgress) => told.push([clock.monotonic(), one])
    const first = model.generate(asking('x'), { ...ctx, onProgress })
    await clock.advance(120)
    expect((await first).content).toEqual({ kind: 'text', text: 'a b' })
    expect(told.map(([at]) => at)).toEqual([100, 110])
    const stop = new AbortController()
    const second = model.generate(asking('x'), { ...ctx, signal: stop.signal })
    const thrown = second.catch((error: unknown) => error)
    await clock.advance(105)
    const reason = new Error('enough')
    stop.abort(reason)
    expect(await thrown).toBe(reason)
    expect(model.underWay).toBe(0)
  })

  it('fails and hangs after the words that the script says', async () => {
    const told: ModelProgress[] = []
    const progress: ModelProgress[] = [{ kind: 'text', delta: 'half' }]
    const error = { code: 'unavailable', message: 'the stream broke', retryAfterMs: 2_000, status: 503 } as const
    const model = scriptedModel([
      { kind: 'error', error, progress },
      { kind: 'hang', progress },
    ])
    const onProgress = (one: ModelProgress) => told.push(one)
    const thrown = await rejectsWith(model.generate(asking('x'), { ...ctx, onProgress }), 'unavailable')
    expect([thrown.retryAfterMs, thrown.status]).toEqual([2_000, 503])
    const stop = new AbortController()
    const stopping = (one: ModelProgress) => {
      onProgress(one)
      stop.abort('enough')
    }
    await expect(model.generate(asking('x'), { ...ctx, onProgress: stopping, signal: stop.signal })).rejects.toBe(
      'enough',
    )
    expect(told).toEqual([...progress, ...progress])
  })
})

describe('a script in a file', () => {
  const text = JSON.stringify({
    version: 1,
    model: 'parrot',
    replies: [
      { kind: 'tool-calls', calls: [{ name: 'look', input: { at: 'pods' } }], when: ['pods'] },
      { kind: 'error', error: { code: 'unavailable', message: 'busy', retryAfterMs: 5 }, times: 'always' },
    ],
  })

  it('is played by a scripted model', async () => {
    const script = readModelScript(text)
    const model = scriptedModel(script.replies, script)
    expect(model.id).toBe('scripted/parrot')
    expect((await rejectsWith(model.generate(asking('x'), ctx), 'unavailable')).retryAfterMs).toBe(5)
    const { content } = await model.generate(asking('the pods', { tools }), ctx)
    expect(content).toMatchObject({ calls: [{ name: 'look', input: { at: 'pods' } }] })
  })

  test.each<[string, (script: string) => string, string | undefined]>([
    ['no JSON', () => '{', undefined],
    ['another version', (script) => script.replace('"version":1', '"version":2'), 'version'],
    ['an unknown field', (script) => script.replace('"when"', '"wehn"'), 'replies.0.wehn'],
    ['an unknown kind of reply', (script) => script.replace('"kind":"error"', '"kind":"eror"'), 'replies.1.kind'],
    ['a code that no error has', (script) => script.replace('"unavailable"', '"down"'), 'replies.1.error.code'],
    [
      'a wait in words',
      (script) => script.replace('"retryAfterMs":5', '"retryAfterMs":"5s"'),
      'replies.1.error.retryAfterMs',
    ],
  ])('with %s is refused, and the place is named', (_, change, path) => {
    const read = () => readModelScript(change(text))
    expect(read).toThrow(expect.objectContaining({ code: 'config', path }))
  })
})
