import { type Notice, redact } from '@mendkit/core'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { type TeamsNotifierOptions, teamsNotifier } from '../src/index.ts'
import { notice } from './notice.ts'
import { receiver } from './receiver.ts'
import { linesOf, teamsServer } from './teams-server.ts'

/** The card that a workflow took of one notice. */
async function shown(about: Partial<Notice>, more: Partial<TeamsNotifierOptions> = {}) {
  const { url, cards } = await teamsServer()
  await teamsNotifier({ url, allowPrivateAddresses: true, ...more }).send({ ...notice, ...about }, callContext())
  return cards[0] ?? expect.unreachable('the workflow took nothing')
}

describe('a card in Teams', () => {
  test('has its title, body, difference, incident and link', async () => {
    const card = await shown({}, { link: ({ incidentId }) => `https://mendkit.example/${incidentId}` })
    expect(linesOf(card, 0)).toEqual([notice.title, 'waits for an answer · incident inc_1 · tenant shop'])
    expect(linesOf(card, 1)).toEqual(['Zeile 1', 'Zeile 2 ✓ <b>'])
    expect(linesOf(card, 2)).toEqual(['- image: checkout:2', '+ image: checkout:1', ' '])
    expect(card.actions).toEqual([
      { type: 'Action.OpenUrl', title: 'Open in Mendkit', url: 'https://mendkit.example/inc_1' },
    ])
  })

  const hostile = redact('[Approve](https://evil.example) **bold** <at>everyone</at> ![x](https://evil.example/x.png)')
  test.each(['title', 'body', 'diff'] as const)('shows the Markdown in its %s as it was written', async (field) => {
    const card = await shown({ [field]: hostile })
    const texts = [0, 1, 2].flatMap((index) => linesOf(card, index))
    expect(texts).toContain(hostile)
    expect(card.body.flatMap(({ items }) => items).every(({ type }) => type === 'RichTextBlock')).toBe(true)
    expect(card.actions).toBeUndefined()
  })

  test.each([
    ['characters', '✓'.repeat(20_000)],
    ['lines', '✓ ünd "mehr"\n'.repeat(3_000)],
    ['long lines', `${'✓'.repeat(60)}\n`.repeat(200)],
    ['empty lines', '\n'.repeat(16_000)],
  ])('of many %s is cut to what Teams takes, and says so', async (_, long) => {
    const text = redact(long)
    const card = await shown({ title: text, body: text, diff: text })
    expect(linesOf(card, 1).at(-1)).toMatch(/\[cut here: \d+ more (?:characters|lines)\]$/)
    expect(linesOf(card, 2).at(-1)).toMatch(/\[cut here: \d+ more (?:characters|lines)\]$/)
  })
})

test.each([
  [400, 'rejected'],
  [401, 'rejected'],
  [429, 'unavailable'],
  [502, 'unavailable'],
] as const)('HTTP %i is %s, and shows no signature', async (status, code) => {
  const { url } = await receiver((response) => response.writeHead(status).end())
  const error = await rejectsWith(shown({}, { url: `${url}?sig=hunter2` }), code)
  expect(error.message).not.toMatch(/hunter2|pa55/)
})

const wrong: readonly (readonly [path: string, options: object, says: RegExp])[] = [
  ['url', {}, /address of a workflow/],
  ['url', { url: 'http://x.example/hunter2' }, /https/],
  ['url', { url: 'https://me:hunter2@x.example/' }, /no user or password/],
  ['url', { url: 'https://10.0.0.1/hunter2' }, /private address/],
  ['link', { url: 'https://x.example/hunter2', link: 5 }, /function/],
]
test.each(wrong)('wrong options are refused by %s, as in %j', (path, given, says) => {
  const make = () => teamsNotifier(given as never)
  expect(make).toThrow(expect.objectContaining({ code: 'config', path, message: expect.stringMatching(says) }))
  expect(make).toThrow(`teamsNotifier: ${path}: `)
  expect(make).not.toThrow(/hunter2/)
})
