import { Buffer } from 'node:buffer'
import { type Analyzer, defineEvidence, type ModelRequest, pseudonymize, redact, redactTogether } from '@mendkit/core'
import { callContext, scriptedModel } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { hideIn, hideKnown } from '../src/redact/hide-known.ts'
import { encodings, tracesOf } from './support/secret-paths.ts'
import { allThatIsShown, keptLog } from './support/secrets.ts'
import { openShop } from './support/shop.ts'

const value = 'correct horse "battery" staple'
const unreadable = (): readonly string[] => {
  throw new Error('the vault is sealed')
}
const hide = hideKnown(() => [value, 'blauwal'])

describe('a value that a host has named', () => {
  test.each([['plain', String] as const, ...Object.entries(encodings)])(
    'is hidden when it is written as %s, in prose too',
    (_, encode) => {
      for (const text of [`we use ${encode(value)} here`, `we use ${encode(`x=${value};`)} here`]) {
        const hidden = hide.text(text)
        expect(tracesOf(value).filter((trace) => hidden.includes(trace))).toEqual([])
        expect(hidden).toMatch(/^we use .*here$/s)
        expect(hide.text(hidden)).toBe(hidden)
      }
    },
  )

  test('is hidden within base64 of anything, wherever in it', () => {
    for (let before = 0; before < 6; before += 1) {
      const text = Buffer.from(`${'\u0001'.repeat(before)}blauwal\u0002\u0003`).toString('base64')
      expect(hide.text(`saw ${text} there`)).not.toContain(
        Buffer.from(`${'\u0001'.repeat(before)}blauwal`)
          .toString('base64')
          .slice(3, 11),
      )
    }
  })

  test('leaves other text as it is', () => {
    const text = 'Pod shop/checkout-7d4b9c6f5d-x2xkq restarted, password=still-here'
    expect(hide.text(text)).toBe(text)
    expect(hideIn({ a: ['blauwal', 1, null], blauwal: true }, hide)).toEqual({
      a: ['[redacted:known]', 1, null],
      blauwal: true,
    })
  })

  test('is known at once when it has changed', () => {
    let values = ['first-one']
    const changing = hideKnown(() => values)
    expect(changing.text('first-one second-one')).toBe('[redacted:known] second-one')
    values = ['second-one']
    expect(changing.text('first-one second-one')).toBe('first-one [redacted:known]')
  })

  test.each([
    ['cannot be told', unreadable],
    ['is too short to look for', () => ['abc']],
  ])('withholds all of a text when it %s', (_, secrets) => {
    expect(hideKnown(secrets).text('anything at all')).toBe('[redacted:text]')
  })

  test.each(['ab', 'abcd', 'blauwa', 'YmxhdXdh', 'correct horse '])('takes 256 KiB of %j in its stride', (unit) => {
    const unused = Array.from({ length: 100 }, (_, at) => `abcdefg-${at}`)
    const many = hideKnown(() => unused)
    expect(many.text(unit.repeat(262_144 / unit.length)).length).toBeGreaterThan(0)
    expect(hide.text(unit.repeat(262_144 / unit.length)).length).toBeGreaterThan(0)
  })
})

/** A shop whose evidence and whose analyzer both repeat what they should not, and the model that is asked. */
function carelessShop(secret: string, secrets: () => readonly string[]) {
  const model = scriptedModel(() => {
    throw new Error(`refused to say ${secret}`)
  })
  const kept = keptLog()
  const read = async () => {
    return { facts: [], text: `they said ${secret} and ${Buffer.from(secret).toString('hex')}` }
  }
  const tool = { name: 'careless.read', description: 'reads', input: z.object({}), read }
  const source = { id: 'careless', tools: [tool], gather: async () => [{ tool: 'careless.read', input: {} }] }
  const asking: Analyzer = {
    spec: 1,
    id: 'asking',
    analyze: async (investigation, ctx) => {
      const request: ModelRequest = {
        instructions: redact(`remember ${secret}`),
        messages: [{ role: 'user', text: redact(`and ${secret}`) }],
        tools: [],
        toolChoice: 'none',
        maxOutputTokens: 10,
      }
      await investigation.ask(model, request, { ...callContext(), ...ctx })
      return { hypotheses: [], actions: [] }
    },
  }
  const shop = openShop({
    log: kept.log,
    system: { secrets },
    autonomy: {},
    integrations: [{ evidence: [defineEvidence(source)] }],
    analyzers: [asking],
  })
  return { shop, model, kept }
}

test("a host's own secret reaches no blob, no log line and no model, however it gets there", async () => {
  const secrets = ['blauwal im schrank']
  const { shop, model, kept } = carelessShop('blauwal im schrank', () => secrets)
  await shop.fire()
  await shop.until('handed-over')
  expect(model.requests.length).toBeGreaterThan(0)
  expect(JSON.stringify(model.requests)).toContain('remember [redacted:known]')
  const shown = await allThatIsShown(shop, kept)
  expect(shown['blobs']).toContain('they said [redacted:known] and [redacted:encoded]')
  for (const text of [JSON.stringify(model.requests), shown['blobs'] ?? '', shown['log'] ?? ''])
    expect(text).not.toContain('blauwal')
  await shop.stop()
})

test('nothing is sent to a model, and nothing set aside for it, while the secrets of the host cannot be read', async () => {
  const { shop, model, kept } = carelessShop('blauwal im schrank', () => {
    throw new Error('the vault with blauwal im schrank is shut')
  })
  await shop.fire()
  await shop.until('handed-over')
  expect(model.requests).toEqual([])
  const [incident] = await shop.mendkit.incidents.list()
  expect(await shop.mendkit.incidents.turns(incident?.id ?? '')).toEqual([])
  const shown = await allThatIsShown(shop, kept)
  for (const text of [shown['blobs'] ?? '', shown['log'] ?? '']) expect(text).not.toContain('blauwal')
  await shop.stop()
})

describe('pseudonyms', () => {
  const key = '0123456789abcdef0123456789abcdef'
  const tagsIn = (text: string) =>
    [...text.matchAll(/\[redacted:([a-z-]+)#([0-9a-f]{6})\]/g)].map(([, kind, tag]) => [kind, tag])

  test('mark the same secret alike under one key, whatever its name, and another secret otherwise', () => {
    const [first, second, third] = ['password=hunter2', 'db.token: hunter2', 'password=hunter3'].flatMap((text) =>
      tagsIn(pseudonymize(text, key)),
    )
    expect(first?.[0]).toBe('password')
    expect(second?.[0]).toBe('token')
    expect(second?.[1]).toBe(first?.[1])
    expect(third?.[1]).not.toBe(first?.[1])
  })

  test('tell nothing under another key, and stand as they are in a second pass', () => {
    const marked = pseudonymize('password=hunter2', key)
    expect(pseudonymize('password=hunter2', 'another key')).not.toBe(marked)
    expect(redact(marked)).toBe(marked)
    expect(pseudonymize(marked, 'another key')).toBe(marked)
  })

  test('let a model tell in the evidence of a diagnosis that two places hold the same secret', async () => {
    const shop = openShop({
      autonomy: {},
      integrations: [
        {
          evidence: [
            defineEvidence({
              id: 'twice',
              tools: ['one', 'two'].map((name) => ({
                name: `twice.${name}`,
                description: 'reads',
                input: z.object({}),
                read: async () => ({ facts: [], text: `${name}: password=hunter2 api_key=${name}-0815` }),
              })),
              gather: async () => [
                { tool: 'twice.one', input: {} },
                { tool: 'twice.two', input: {} },
              ],
            }),
          ],
        },
      ],
    })
    await shop.fire()
    await shop.until('suggested')
    const { blobs = '' } = await allThatIsShown(shop, keptLog())
    const tags = (kind: string) => [
      ...new Set(
        tagsIn(blobs)
          .filter(([found]) => found === kind)
          .map(([, tag]) => tag),
      ),
    ]
    expect(tags('password')).toHaveLength(1)
    expect(tags('api-key')).toHaveLength(2)
    expect(blobs).not.toContain('hunter2')
    await shop.stop()
  })
})

test('a secret has the same marker in every diagnosis of an incident, and another in another incident', async () => {
  const marked: string[] = []
  const reading = async () => ({ facts: [], text: 'password=hunter2' })
  const leak = defineEvidence({
    id: 'leak',
    tools: [{ name: 'leak.read', description: 'reads', input: z.object({}), read: reading }],
    gather: async () => [{ tool: 'leak.read', input: {} }],
  })
  const listening: Analyzer = {
    spec: 1,
    id: 'listening',
    analyze: async ({ evidence, textOf, incident }) => {
      const texts = evidence().map((each) => textOf(each) ?? '')
      marked.push(`${incident.id} ${texts.join().match(/#[0-9a-f]{6}/)?.[0]}`)
      return { hypotheses: [], actions: [] }
    },
  }
  const shop = openShop({ analyzers: [listening], integrations: [{ evidence: [leak] }] })
  await shop.fire()
  await shop.until('handed-over')
  const { id } = await shop.incident()
  await shop.mendkit.incidents.diagnose(id)
  await shop.untilTrue('it was diagnosed again', () => marked.length === 2)
  await shop.fire(['Other'], { resource: 'cart' })
  await shop.untilTrue('the other was diagnosed', () => marked.length === 3)
  expect(marked[0]).toMatch(/^inc_\S+ #[0-9a-f]{6}$/)
  expect(marked[1]).toBe(marked[0])
  const [tag, otherTag] = [marked[0], marked[2]].map((line) => line?.split(' ')[1])
  expect(otherTag).toMatch(/^#[0-9a-f]{6}$/)
  expect(otherTag).not.toBe(tag)
  await shop.stop()
})

describe('neighbouring texts', () => {
  test('give no secret away that only shows when they are read as one', () => {
    const token = `ghp_${'a1B2c3D4e5'.repeat(4)}`
    const texts = redactTogether([
      `first ${token.slice(0, 12)}`,
      `${token.slice(12, 30)} end`,
      'password=',
      'hunter2 and more',
    ])
    expect(texts.join('\n')).not.toMatch(/a1B2c3D4|hunter2/)
    expect(texts[0]).toMatch(/^first /)
    expect(texts[3]).toMatch(/ and more$/)
  })

  test('stay as they are when there is none', () => {
    const texts = ['Pod shop/checkout-7d4b9c6f5d-x2xkq', 'is waiting: CrashLoopBackOff', '', '3 restarts']
    expect(redactTogether(texts)).toEqual(texts)
  })
})
