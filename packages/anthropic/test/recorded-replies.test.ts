import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { replyTo, type ScriptedEvent } from './scripted.ts'

// Replies that Anthropic sent to other people lie beside the repository on some machines; they are not part of it.
const folder = new URL('../../../../shared/data/vercel-ai-fixtures/anthropic/src/__fixtures__/', import.meta.url)
const names = existsSync(folder) ? readdirSync(folder) : []
if (names.length === 0) console.info('skipped: shared/data/vercel-ai-fixtures is not beside the repository')

/** The streams, one event a line, and the whole messages as the streams that they would have been. */
const recorded = names.flatMap(
  (name): readonly { readonly name: string; readonly events: readonly ScriptedEvent[] }[] => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    if (name.endsWith('.txt')) {
      const lines = text.split('\n').filter((line) => line.trim() !== '')
      return [{ name, events: lines.map((line) => JSON.parse(line) as ScriptedEvent) }]
    }
    const message = JSON.parse(text) as Message
    return message.type === 'message' && Array.isArray(message.content) ? [{ name, events: asStream(message) }] : []
  },
)

interface Message {
  readonly type: string
  readonly content: readonly Readonly<Record<string, unknown>>[]
  readonly usage: unknown
}

function asStream({ content, usage, ...message }: Message): readonly ScriptedEvent[] {
  return [
    { type: 'message_start', message: { ...message, content: [], usage } },
    ...content.flatMap((content_block, index) => [
      { type: 'content_block_start', index, content_block },
      { type: 'content_block_stop', index },
    ]),
    { type: 'message_delta', delta: message, usage },
    { type: 'message_stop' },
  ]
}

const streamed = (name: string) => replyTo(recorded.find((one) => one.name === name)?.events ?? [])

describe.skipIf(names.length === 0)('recorded replies (needs the data beside the repository)', () => {
  it.each(recorded)('$name is a sound reply', async ({ events }) => {
    const { content, finish, usage, warnings, answeredBy } = await replyTo(events)
    expect(finish === 'refusal').toBe(content.kind === 'refusal')
    if (finish === 'tool-calls') expect(content.kind).toBe('tool-calls')
    const calls = content.kind === 'tool-calls' ? content.calls : []
    for (const call of calls) expect(call.input).toBeTypeOf('object')
    // Only a reply of tools that run at Anthropic has no words.
    if (content.kind === 'text' && content.text === '') expect(warnings).not.toEqual([])
    expect(usage.inputTokens).toBeGreaterThan(0)
    expect(usage.outputTokens).toBeGreaterThan(0)
    expect(answeredBy.model).toMatch(/^claude-/)
  })

  it('covers streams and whole messages', () => {
    expect(recorded.filter(({ name }) => name.endsWith('.txt')).length).toBeGreaterThan(10)
    expect(recorded.length).toBeGreaterThan(30)
  })

  it('a call without arguments has an empty input', async () => {
    const { content } = await streamed('anthropic-tool-no-args.chunks.txt')
    expect(content).toEqual({
      kind: 'tool-calls',
      text: "I'll update the issue list for you.",
      calls: [{ id: 'toolu_01QE1WLsSVp5hy5Q3GmGTmjP', name: 'updateIssueList', input: {} }],
    })
  })

  it('a reply that another model took over is counted for that model', async () => {
    expect((await streamed('anthropic-fallback.chunks.txt')).answeredBy.model).toBe('claude-opus-4-8')
  })

  it('a reply that began anew holds nothing of its first beginning', async () => {
    const { content, continuation } = await streamed('spliced-message-start.chunks.txt')
    expect(content).toEqual({
      kind: 'tool-calls',
      text: '',
      calls: [{ id: 'toolu_second', name: 'test-tool', input: { value: 'Sparkle Day' } }],
    })
    expect(JSON.stringify(continuation)).not.toContain('sig-first')
  })

  it('the last count of what was read is the one that counts', async () => {
    const { usage } = await streamed('anthropic-message-delta-input-tokens.chunks.txt')
    expect(usage).toEqual({ inputTokens: 61, outputTokens: 2 })
  })

  it('a refusal says why in the words of the provider, and nothing that was written before', async () => {
    const { content } = await streamed('anthropic-refusal.chunks.txt')
    expect(content).toMatchObject({ kind: 'refusal', text: expect.stringContaining('Usage Policy') })
  })
})
