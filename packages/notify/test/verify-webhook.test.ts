import { createHmac } from 'node:crypto'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { verifyWebhook, webhookNotifier } from '../src/index.ts'
import { notice } from './notice.ts'
import { receiver, takes } from './receiver.ts'

const secret = 'a plain secret, long enough'

/** What a real receiver got from a real notifier. */
async function sent() {
  const { url, seen } = await receiver(takes)
  await webhookNotifier({ url, secret, allowPrivateAddresses: true }).send(notice, callContext())
  return seen[0] ?? expect.unreachable()
}

/** A message signed by hand, as any sender of this scheme would. */
function signed(body: string, timestamp = Math.floor(Date.now() / 1_000), by = secret) {
  const digest = createHmac('sha256', by).update(`msg_1.${timestamp}.${body}`).digest('base64')
  const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': `${timestamp}`, 'webhook-signature': `v1,${digest}` }
  return { headers, body }
}

const refused = expect.objectContaining({ code: 'forbidden' })

describe('a webhook', () => {
  test('that the notifier sent is taken and read', async () => {
    const received = await sent()
    const { id, message } = verifyWebhook({ secret, ...received })
    expect(id).toBe(received.headers.get('webhook-id'))
    expect(message.data).toMatchObject({ incidentId: 'inc_1', title: notice.title, body: notice.body })
  })

  test('is taken from plain header objects of any case', async () => {
    const { headers, body } = await sent()
    const plain = Object.fromEntries([...headers].map(([name, value]) => [name.toUpperCase(), [value]]))
    expect(verifyWebhook({ secret, headers: plain, body }).message.type).toBe('mendkit.notice')
  })

  test('is taken under either secret while one replaces the other, and with one of several signatures', async () => {
    const { headers, body } = await sent()
    headers.set('webhook-signature', `v1a,other v1,${'A'.repeat(43)}= ${headers.get('webhook-signature')}`)
    const secrets = ['the next secret, also long', secret]
    expect(verifyWebhook({ secret: secrets, headers, body }).message.data.id).toBe('ntc_7')
  })

  test.each([
    ['body', (body: string) => body.replace('inc_1', 'inc_2'), {}],
    ['id', (body: string) => body, { 'webhook-id': 'msg_other' }],
    ['time', (body: string) => body, { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 1) }],
    ['signature', (body: string) => body, { 'webhook-signature': 'v1,AAAA' }],
    ['version of the signature', (body: string) => body, { 'webhook-signature': 'v2,AAAA' }],
    ['signature, which is gone', (body: string) => body, { 'webhook-signature': '' }],
    ['time, which is no number', (body: string) => body, { 'webhook-timestamp': 'now' }],
  ])('with another %s is refused', async (_, change, changed) => {
    const { headers, body } = await sent()
    for (const [name, value] of Object.entries(changed)) headers.set(name, value)
    expect(() => verifyWebhook({ secret, headers, body: change(body) })).toThrow(refused)
  })

  test('under another secret is refused, and the error shows neither', async () => {
    const received = await sent()
    const verify = () => verifyWebhook({ secret: 'another plain secret', ...received })
    expect(verify).toThrow(refused)
    expect(verify).not.toThrow(/plain secret/)
  })

  test('that is old or from the future is refused, however well signed', () => {
    const now = Math.floor(Date.now() / 1_000)
    expect(() => verifyWebhook({ secret, ...signed('{}', now - 301) })).toThrow(refused)
    expect(() => verifyWebhook({ secret, ...signed('{}', now + 330) })).toThrow(refused)
    expect(() => verifyWebhook({ secret, toleranceMs: 600_000, ...signed('{}', now - 301) })).toThrow(
      expect.objectContaining({ code: 'invalid' }),
    )
  })

  test.each(['not json', '{}', '{"type":"other","timestamp":"x","data":{}}'])(
    'that is signed but no notice is invalid: %s',
    (body) => {
      expect(() => verifyWebhook({ secret, ...signed(body) })).toThrow(expect.objectContaining({ code: 'invalid' }))
    },
  )
})
