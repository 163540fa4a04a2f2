import { type RecordedModelCall, readModelCall, recording, redact, redactObject, replaying } from '@mendkit/core'
import { callContext, rejectsWith, type ScriptedReply, scriptedModel } from '@mendkit/testkit'
import { describe, expect, it } from 'vitest'
import { asking, failing, outcomeOf } from './support.ts'

const looking: ScriptedReply = {
  kind: 'tool-calls',
  text: 'I look.',
  calls: [{ id: 'toolu_01A9f3kq27ZbTqPL', name: 'look', input: { at: 'pods' } }],
  continuation: { provider: 'scripted', data: 'sealed' },
}
const tools = [{ name: 'look', description: redact('Looks.'), input: redactObject({ type: 'object' }) }]

/** The second request of a conversation whose first reply called a tool by this id, with this nonce around the result. */
function next(id: string, nonce: string, result = 'nothing') {
  return asking('Why?', {
    tools,
    messages: [
      ...asking().messages,
      {
        role: 'assistant',
        text: redact('I look.'),
        toolCalls: [{ id, name: 'look', input: redactObject({ at: 'pods' }) }],
        continuation: { provider: 'scripted', data: 'sealed' },
      },
      {
        role: 'tool',
        results: [{ callId: id, name: 'look', text: redact(`<untrusted ${nonce}>${result}`), failed: false }],
      },
    ],
  })
}

/** A record of a conversation of two calls, and of one that failed, as it comes back from a file. */
async function recorded(replies: readonly ScriptedReply[] = [looking, { kind: 'text', text: 'Nothing.' }]) {
  const lines: string[] = []
  const model = recording(
    scriptedModel([...replies, failing('unavailable', { retryAfterMs: 5, status: 529 })]),
    (call) => {
      lines.push(JSON.stringify(call))
    },
  )
  await outcomeOf(model, asking('Why?', { tools }))
  await outcomeOf(model, next('toolu_01A9f3kq27ZbTqPL', '0123456789abcdef0123456789abcdef'))
  await outcomeOf(model, asking('And now?'))
  return { lines, calls: lines.map((line): RecordedModelCall => readModelCall(JSON.parse(line))) }
}

describe('a record', () => {
  it('answers as the model did, failures included, and tells the live view', async () => {
    const model = replaying((await recorded()).calls)
    const first = await outcomeOf(model, asking('Why?', { tools }))
    expect(first.reply?.content).toMatchObject({
      kind: 'tool-calls',
      text: 'I look.',
      calls: [{ name: 'look', input: { at: 'pods' } }],
    })
    expect(first.progress).toEqual([
      { kind: 'text', delta: 'I look.' },
      { kind: 'tool-call', name: 'look' },
    ])
    const second = await outcomeOf(model, next('call-1', 'fedcba9876543210fedcba9876543210'))
    expect(second.reply?.content).toEqual({ kind: 'text', text: 'Nothing.' })
    const third = await rejectsWith(model.generate(asking('And now?'), callContext()), 'unavailable')
    expect([third.retryAfterMs, third.status]).toEqual([5, 529])
  })

  it('knows a request again by what it says, not by nonces, ids of calls or the order of asking', async () => {
    const model = replaying((await recorded()).calls)
    const answer = await outcomeOf(model, next('another id', 'fedcba9876543210fedcba9876543210'))
    expect(answer.reply?.content).toEqual({ kind: 'text', text: 'Nothing.' })
  })

  it('has no answer to another request, and says where it differs', async () => {
    const model = replaying((await recorded()).calls.slice(1))
    const other = next('x', '0123456789abcdef0123456789abcdef', 'everything is on fire')
    const error = await rejectsWith(model.generate(other, callContext()), 'not-found')
    expect(error.path).toBe('messages.2.results.0.text')
    expect(error.message).not.toContain('fire')
    const reused = next('x', '0123456789abcdef0123456789abcdef', '0123456789abcdef0123456789abcde0')
    await rejectsWith(model.generate(reused, callContext()), 'not-found')
  })

  it('answers each call once, and equal requests in the order in which they were answered', async () => {
    const lines: RecordedModelCall[] = []
    const texts = ['one', 'two']
    const source = recording(scriptedModel(texts.map((text) => ({ kind: 'text', text }))), (call) => {
      lines.push(call)
    })
    for (const _ of texts) await outcomeOf(source)
    const model = replaying(lines)
    for (const text of texts) expect((await outcomeOf(model)).reply?.content).toEqual({ kind: 'text', text })
    const error = await rejectsWith(model.generate(asking(), callContext()), 'not-found')
    expect(error.message).toContain('used up')
  })

  it('holds no secret, and nothing that only the adapter understands', async () => {
    const { lines } = await recorded([
      looking,
      { kind: 'object', object: { password: 'hunter2hunter2', note: 'the key is AKIAIOSFODNN7EXAMPLE' } },
    ])
    for (const secret of ['hunter2hunter2', 'AKIAIOSFODNN7EXAMPLE', 'sealed', 'toolu_01A9f3kq27ZbTqPL'])
      expect(lines.join('\n')).not.toContain(secret)
  })

  it('is not written for calls that the caller gave up, and a call whose record is not kept fails', async () => {
    const kept: RecordedModelCall[] = []
    const stop = new AbortController()
    const hanging = outcomeOf(
      recording(scriptedModel([{ kind: 'hang' }]), (call) => {
        kept.push(call)
      }),
      asking(),
      callContext({ signal: stop.signal }),
    )
    stop.abort('enough')
    expect([(await hanging).error, kept]).toEqual(['enough', []])
    const full = new Error('the disk is full')
    const { error } = await outcomeOf(
      recording(scriptedModel([{ kind: 'text', text: 'x' }]), () => Promise.reject(full)),
    )
    expect(error).toBe(full)
  })

  it('is refused when it is damaged, of no calls, or of several models', async () => {
    const { lines, calls } = await recorded()
    const damaged = (lines[0] ?? '').replace('"toolChoice":"auto"', '"toolChoice":"maybe"')
    expect(() => readModelCall(JSON.parse(damaged))).toThrow(
      expect.objectContaining({ code: 'invalid', path: 'request.toolChoice' }),
    )
    expect(() => readModelCall({ ...calls[0], version: 2 })).toThrow(expect.objectContaining({ path: 'version' }))
    expect(() => replaying([])).toThrow(expect.objectContaining({ code: 'config' }))
    const [first] = calls
    const foreign = first && { ...first, model: { ...first.model, id: 'other' } }
    expect(() => replaying([...calls, ...(foreign ? [foreign] : [])])).toThrow(
      expect.objectContaining({ code: 'config', path: 'record.3.model.id' }),
    )
  })
})
