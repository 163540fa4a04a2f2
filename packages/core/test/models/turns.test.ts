import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Analyzer,
  type Change,
  type ModelRequest,
  redact,
  redactObject,
  ruleAnalyzer,
  type Store,
} from '@mendkit/core'
import { callContext, simulatedStore } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { tokensOf } from '../../src/engine/models/estimate-tokens.ts'
import { priceOf } from '../../src/engine/models/price.ts'
import { parseSettings } from '../../src/engine/settings.ts'
import { asksOnly, countingModel, question, replies } from '../support/asking.ts'
import { flagRule, openShop } from '../support/shop.ts'

const callId = 'toolu_01A09q90qw90lq917835lq9'
const secret = 'ghp_16C7e42F292c6912E7710c838347Ae178B4a'

/** A request with everything that one can have. */
const whole: ModelRequest = {
  ...question(),
  messages: [
    { role: 'user', text: redact('What is wrong?') },
    {
      role: 'assistant',
      text: redact(''),
      toolCalls: [{ id: callId, name: 'read', input: redactObject({ pod: 'checkout-1', lines: 5 }) }],
      continuation: { provider: 'acme', data: { signature: 'c2lnbmVk' } },
    },
    { role: 'tool', results: [{ callId, name: 'read', text: redact('the flag is on'), failed: false }] },
  ],
  tools: [{ name: 'read', description: redact('reads'), input: redactObject({ type: 'object' }) }],
  toolChoice: 'auto',
  output: { name: 'diagnosis', schema: redactObject({ type: 'object' }) },
}

async function recorded(request: ModelRequest, reply = replies({ outputTokens: 3 }), times = 1) {
  const model = countingModel(async () => reply)
  const analyzers = [asksOnly(model, { request, times })]
  const shop = openShop({ analyzers, autonomy: { default: 'suggest' } })
  await shop.fire()
  await shop.until('handed-over')
  return { shop, incident: await shop.incident() }
}

describe('the calls of an incident', () => {
  test('can be read as they were asked and answered, without what only adapters understand', async () => {
    const continuation = { provider: 'acme', data: { signature: 'c2lnbmVk' } }
    const calls = [{ id: 'toolu_other', name: 'read', input: { pod: 'checkout-2' } }]
    const content = { kind: 'tool-calls', calls, text: 'let me look' } as const
    const { shop, incident } = await recorded(
      whole,
      replies({ inputTokens: 9, outputTokens: 3 }, { content, finish: 'tool-calls', continuation }),
    )
    const [turn, ...more] = await shop.mendkit.incidents.turns(incident.id)
    const [user, said, results] = whole.messages
    expect(more).toEqual([])
    expect(turn).toMatchObject({ number: 1, analyzer: 'asks', state: 'answered', incidentId: incident.id })
    expect(turn?.request).toEqual({
      ...whole,
      messages: [
        user,
        {
          role: 'assistant',
          text: '',
          toolCalls: [{ id: 'call-1', name: 'read', input: { pod: 'checkout-1', lines: 5 } }],
        },
        { role: 'tool', results: [{ callId: 'call-1', name: 'read', text: 'the flag is on', failed: false }] },
      ],
    })
    expect([said?.role, results?.role]).toEqual(['assistant', 'tool'])
    expect(turn?.reply).toEqual({
      content: { ...content, calls: [{ id: 'call-2', name: 'read', input: { pod: 'checkout-2' } }] },
      finish: 'tool-calls',
      usage: { inputTokens: 9, outputTokens: 3 },
      warnings: [],
      answeredBy: { provider: 'acme', model: 'one' },
    })
    await shop.stop()
  })

  test('keep no secret that a model wrote', async () => {
    const content = { kind: 'object', object: { summary: `the token is ${secret}`, password: 'hunter2' } } as const
    const { shop, incident } = await recorded(question(), replies({}, { content }))
    const turns = await shop.mendkit.incidents.turns(incident.id)
    expect(turns[0]?.reply?.content).toMatchObject({ kind: 'object' })
    const kept = JSON.stringify(turns)
    expect(kept).not.toContain(secret)
    expect(kept).not.toContain('hunter2')
    await shop.stop()
  })

  test('keep what stays the same from call to call once', async () => {
    const { shop, incident } = await recorded(whole, undefined, 3)
    const rows = await shop.store.list('turn', { tenant: 'default', incidentId: incident.id, limit: 9 }, callContext())
    expect(rows).toHaveLength(3)
    expect(new Set(rows.map(({ prefix }) => prefix)).size).toBe(1)
    expect(new Set(rows.map(({ request }) => request)).size).toBe(3)
    await shop.stop()
  })

  test('lose their texts when these are erased, and nothing else', async () => {
    const { shop, incident } = await recorded(question())
    await shop.mendkit.incidents.close(incident.id)
    await shop.until('closed')
    const officer = { id: 'ann', roles: ['privacy-officer'], tenant: 'default', via: 'test' }
    await shop.mendkit.as(officer).audit.erase({ incident: incident.id, because: 'asked to' } as never)
    const [turn] = await shop.mendkit.incidents.turns(incident.id)
    expect(turn).toMatchObject({ state: 'answered', spending: { calls: 1 } })
    expect([turn?.request, turn?.reply]).toEqual([undefined, undefined])
    await shop.stop()
  })

  test('are told in the timeline, on the incident and in the report', async () => {
    const { shop, incident } = await recorded(question(), replies({ inputTokens: 70, outputTokens: 30 }))
    const told = await shop.mendkit.incidents.timeline(incident.id, { format: 'markdown' })
    expect(told).toContain('Models: 1 call, 100 tokens, `USD 0.0075`')
    expect(told).toContain('Asked model `acme/one`; at most')
    expect(told).toContain('Model `acme/one` answered (stop): 1 call, 100 tokens')
    expect(await shop.mendkit.incidents.timeline(incident.id)).toMatchObject({ spending: { calls: 1, tokens: 100 } })
    const report = await shop.mendkit.report({ since: '2025-12-31T00:00:00Z' })
    expect(report.spending).toMatchObject({ calls: 1, tokens: 100 })
    await shop.stop()
  })
})

describe('explainPrompt', () => {
  /** An analyzer that puts what was read into its question, and takes a refusal for an answer. */
  const curious = (model: ReturnType<typeof countingModel>): Analyzer => ({
    spec: 1,
    id: 'curious',
    async analyze(investigation, ctx) {
      const evidence = investigation.evidence().find(({ tool }) => tool === 'shop.flag')
      const text = (evidence && investigation.textOf(evidence)) ?? redact('nothing')
      const request = { ...whole, messages: [{ role: 'user', text }], maxOutputTokens: 20_000 } as const
      await investigation.ask(model, request, ctx).catch(() => undefined)
      return { hypotheses: [], actions: [] }
    },
  })

  test('tells word for word what is sent, and sends, stores and changes nothing', async () => {
    const model = countingModel(async () => replies({}))
    const changes: Change[] = []
    const inner = simulatedStore()
    const store: Store = {
      ...inner,
      commit: (change, ctx) => {
        changes.push(change)
        return inner.commit(change, ctx)
      },
    }
    const shop = openShop({ store, analyzers: [curious(model)], autonomy: { default: 'suggest' } })
    await shop.fire()
    await shop.until('handed-over')
    const { id } = await shop.incident()
    const [sent] = model.asked
    const before = changes.length
    const told = await shop.mendkit.explainPrompt(id)
    expect(told).toMatchObject({ analyzer: 'curious', model: { provider: 'acme', model: 'one' }, ...sent })
    expect(told?.messages).toEqual([{ role: 'user', text: 'the flag is on' }])
    const [turn] = await shop.mendkit.incidents.turns(id)
    expect((told?.estimatedTokens ?? 0) + (told?.maxOutputTokens ?? 0)).toBe(turn?.reserved.tokens)
    expect(told?.estimatedMicroUsd).toBe(turn?.reserved.microUsd)
    expect([model.asked.length, changes.length]).toEqual([1, before])
    await shop.stop()
  })

  test('tells nothing where rules explain the incident', async () => {
    const model = countingModel(async () => replies({}))
    const shop = openShop({ analyzers: [ruleAnalyzer([flagRule]), curious(model)], autonomy: { default: 'suggest' } })
    await shop.fire()
    await shop.until('suggested')
    expect(await shop.mendkit.explainPrompt((await shop.incident()).id)).toBeUndefined()
    await expect(shop.mendkit.explainPrompt('inc_none')).rejects.toMatchObject({ code: 'not-found' })
    await shop.stop()
  })
})

describe('the price of a model', () => {
  const { models } = parseSettings({
    models: {
      prices: [
        { provider: 'azure*', model: 'gpt-4.1', input: 1, output: 2 },
        { provider: 'openai', model: '*mini', input: 3, output: 4 },
      ],
    },
  })

  test.each([
    ['azure.eu', 'gpt-4.1', 1],
    ['azure', 'gpt-4.1', 1],
    ['openai', 'gpt-9-mini', 3],
    ['openai', 'gpt-4.1', 2_000],
    ['openai', 'gpt-4.1-mini-2025-04-14', 400],
    ['bedrock', 'eu.anthropic.claude-sonnet-4-5-20250929-v1:0', 3_000],
    ['anthropic', 'claude-opus-4-1-20250805', 15_000],
    ['anthropic', 'claude-opus-4-5', 5_000],
    ['ollama', 'my-own', 30_000],
  ])('of %s %s is found by its name, the host’s own first', (provider, model, input) => {
    expect(priceOf({ provider, model }, models).input).toBe(input)
  })
})

const fixtures = join(import.meta.dirname, '../../../../../shared/data/vercel-ai-fixtures')

/** Texts that models wrote, with the tokens that their providers counted for them. */
function recordedTexts(): readonly { readonly file: string; readonly text: string; readonly tokens: number }[] {
  const folder = join(fixtures, 'anthropic/src/__fixtures__')
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'))
  return files.flatMap((file) => {
    const reply = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      content?: readonly { type: string; text?: string }[]
      usage?: { output_tokens?: number }
    }
    const texts = (reply.content ?? []).map(({ type, text }) => (type === 'text' ? text : undefined))
    // Thinking and calls of servers are counted too, and not all shown.
    if (texts.length === 0 || texts.includes(undefined) || reply.usage?.output_tokens === undefined) return []
    return [{ file, text: texts.join(''), tokens: reply.usage.output_tokens }]
  })
}

describe('the estimate of tokens', () => {
  test.skipIf(!existsSync(fixtures))(
    'is never less than what providers counted for recorded texts (needs shared data)',
    () => {
      const known = recordedTexts()
      expect(known.length).toBeGreaterThanOrEqual(3)
      // Every reply has a few tokens around it.
      expect(known.filter(({ text, tokens }) => tokensOf(text) + 16 < tokens)).toEqual([])
    },
  )

  test.each([
    ['words', 'the pod restarts because its memory limit is too low', 52, 30],
    ['names of pods', 'checkout-7d9f8b6c5-x2x4z', 24, 22],
    ['digits', '20261127045959', 14, 14],
    ['no words', 'z'.repeat(100), 100, 100],
    ['what is beyond ASCII', '内存不足', 12, 12],
    ['indentation', ' '.repeat(40), 10, 10],
  ])('of %s is at most %s', (_, text, most, least) => {
    expect(tokensOf(text)).toBeLessThanOrEqual(most)
    expect(tokensOf(text)).toBeGreaterThanOrEqual(least - 8)
  })
})
