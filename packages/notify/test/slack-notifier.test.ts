import { type Notice, redact } from '@mendkit/core'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { type SlackNotifierOptions, slackNotifier } from '../src/index.ts'
import { notice } from './notice.ts'
import { receiver } from './receiver.ts'
import { type SlackMessage, shownBy, slackRefuses, slackServer } from './slack-server.ts'

const token = 'xoxb-s3cret-token'
const options = { token, channel: 'C1', allowPrivateAddresses: true }

const send = (url: string, about: Partial<Notice> = {}, more: Partial<SlackNotifierOptions> = {}) =>
  slackNotifier({ ...options, url, ...more }).send({ ...notice, ...about }, callContext())

/** What Slack took of one notice. */
async function shown(about: Partial<Notice>, more: Partial<SlackNotifierOptions> = {}) {
  const { url, messages } = await slackServer(token)
  await send(url, about, more)
  return messages[0] ?? expect.unreachable('Slack took nothing')
}

const sectionText = (block: SlackMessage['blocks'][number]) => (block.type === 'section' ? block.text.text : '')

describe('a notice in Slack', () => {
  test('has its title, body, difference, incident and link', async () => {
    const link = ({ incidentId, approvalId }: { incidentId: string; approvalId?: string }) =>
      `https://mendkit.example/${incidentId}?approval=${approvalId}&x=a|b`
    expect(await shown({}, { link })).toMatchObject({
      channel: 'C1',
      text: 'Approve rollout-undo on Deployment shop/checkout?',
      blocks: [
        { type: 'header', text: { text: 'Approve rollout-undo on Deployment shop/checkout?' } },
        { type: 'section', text: { text: 'Zeile 1\nZeile 2 ✓ &lt;b&gt;' } },
        { type: 'section', text: { text: '```\n- image: checkout:2\n+ image: checkout:1\n\n```' } },
        { type: 'context', elements: [{ text: 'waits for an answer · incident inc_1 · tenant shop' }] },
        {
          type: 'section',
          text: { text: '<https://mendkit.example/inc_1?approval=apr_1&amp;x=a%7Cb|Open in Mendkit>' },
        },
      ],
    })
  })

  const hostile = '<!channel> <@U1> <!subteam^S1> <https://evil.example|Approve> <#C2> & ``` `x` '
  test.each(['title', 'body', 'diff'] as const)('mentions nobody and forges no link by its %s', async (field) => {
    const message = await shown({ [field]: redact(hostile.repeat(3)) })
    const text = shownBy(message)
    expect(text).not.toContain('<')
    expect(text).toContain('&lt;!channel&gt;')
    const code = /^```\n(.*)\n```$/s.exec(message.blocks.map(sectionText).find((one) => one.startsWith('```\n')) ?? '')
    expect(code?.[1]).not.toContain('```')
    for (const block of message.blocks) {
      if (block.type === 'section') expect(block.text).toMatchObject({ type: 'mrkdwn', verbatim: true })
    }
  })

  test('is cut to what Slack takes, and says how much is missing', async () => {
    const long = redact('<&>'.repeat(5_000))
    const { blocks } = await shown({ title: long, body: long, diff: long })
    const [header, body, diff] = blocks.map((block) => ('text' in block ? block.text.text : ''))
    for (const text of [header, body, diff]) expect(text).toMatch(/\[cut here: \d+ more characters\]/)
    expect(diff?.endsWith('\n```')).toBe(true)
    for (const text of [header, body]) expect(text?.replaceAll(/&(?:lt|gt|amp);/g, '')).not.toMatch(/[<>&]/)
  })

  test('without a title, a body or a difference is still a message', async () => {
    const { diff: _, ...plain } = notice
    const { url, messages } = await slackServer(token)
    const bare = { ...plain, title: redact(' \n'), body: redact('') }
    await slackNotifier({ ...options, url }).send(bare, callContext())
    expect(messages[0]?.blocks.map(({ type }) => type)).toEqual(['header', 'context'])
  })

  test('goes out without a link that is none', async () => {
    const bad: readonly SlackNotifierOptions['link'][] = [
      () => 'javascript:alert(1)',
      () => 'not an address',
      () => `https://x.example/${'a'.repeat(600)}`,
      () => undefined,
      () => {
        throw new Error('hunter2')
      },
    ]
    for (const link of bad) expect((await shown({}, link === undefined ? {} : { link })).blocks).toHaveLength(4)
  })
})

describe('the thread of an incident', () => {
  test('begins with the first notice; later ones are added to it, and only a page is shown in the channel too', async () => {
    const { url, messages } = await slackServer(token)
    const first = await send(url)
    expect(first).toEqual({ thread: '1767225600.000001' })
    const threads = { 'slack:C1': '1767225600.000001', other: '9.9' }
    expect(await send(url, { threads, urgency: 'info' })).toEqual(first)
    expect(await send(url, { threads, urgency: 'page' })).toEqual(first)
    expect(messages.map(({ thread_ts, reply_broadcast }) => [thread_ts, reply_broadcast])).toEqual([
      [undefined, undefined],
      ['1767225600.000001', false],
      ['1767225600.000001', true],
    ])
  })

  test('that is gone costs no notice: another is begun', async () => {
    const { url, messages } = await slackServer(token, ({ thread_ts }) =>
      thread_ts === undefined ? undefined : slackRefuses('thread_not_found'),
    )
    expect(await send(url, { threads: { 'slack:C1': '1.1' } })).toEqual({ thread: '1767225600.000002' })
    expect(messages.map(({ thread_ts }) => thread_ts)).toEqual(['1.1', undefined])
  })
})

describe('what Slack refuses with HTTP status 200', () => {
  test.each([
    ['channel_not_found', 'rejected'],
    ['invalid_auth', 'rejected'],
    ['not_in_channel', 'rejected'],
    ['an error that Slack does not have', 'rejected'],
    ['ratelimited', 'unavailable'],
    ['internal_error', 'unavailable'],
    ['service_unavailable', 'unavailable'],
  ] as const)('as %s is %s', async (error, code) => {
    const { url } = await slackServer(token, () => slackRefuses(error))
    const { message } = await rejectsWith(send(url), code)
    expect(message).toContain(/ /.test(error) ? 'unknown_error' : error)
  })

  test.each(['<html>please log in</html>', '[]', '{"ok":"yes"}', ''])(
    'or what is no Slack at all: %s',
    async (body) => {
      const { url } = await receiver((response) => response.writeHead(200).end(body))
      await rejectsWith(send(url), 'bad-response')
    },
  )

  test('under another token is refused', async () => {
    const { url } = await slackServer(token)
    const { message } = await rejectsWith(send(url, {}, { token: 'xoxb-another-one' }), 'rejected')
    expect(message).toContain('invalid_auth')
    expect(message).not.toContain('another')
  })
})

describe('wrong options', () => {
  const wrong: readonly (readonly [path: string, options: object, says: RegExp])[] = [
    ['token', { token: 'hunter2 hunter2' }, /xoxb/],
    ['token', { token: undefined }, /xoxb/],
    ['channel', { channel: '' }, /C0123456789/],
    ['link', { link: 'https://x.example' }, /function/],
    ['url', { url: 'http://slack.example/hunter2', allowPrivateAddresses: false }, /https/],
    ['url', { url: 'https://127.0.0.1/hunter2', allowPrivateAddresses: false }, /private address/],
    ['chanel', { chanel: 'C1' }, /no such option.*channel/],
  ]
  test.each(wrong)('are refused by %s, as in %j', (path, given, says) => {
    const make = () => slackNotifier({ ...options, ...given } as never)
    expect(make).toThrow(expect.objectContaining({ code: 'config', path, message: expect.stringMatching(says) }))
    expect(make).toThrow(`slackNotifier: ${path}: `)
    expect(make).not.toThrow(/hunter2/)
  })
})
