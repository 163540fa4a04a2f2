import { createHmac } from 'node:crypto'
import { inspect } from 'node:util'
import { MendkitError } from '@mendkit/core'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { verifyWebhook, webhookNotifier } from '../src/index.ts'
import { notice } from './notice.ts'
import { receiver, takes } from './receiver.ts'

const key = Buffer.from('0123456789abcdef0123456789abcdef')
const secret = `whsec_${key.toString('base64')}`
const send = (url: string, options: object = {}) =>
  webhookNotifier({ url, secret, allowPrivateAddresses: true, ...options }).send(notice, callContext())

describe('a notice', () => {
  test('is posted as JSON without anything of its delivery', async () => {
    const { url, seen } = await receiver(takes)
    await send(url, { headers: { 'x-team': 'shop' } })
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({
      type: 'mendkit.notice',
      timestamp: '2026-01-01T00:00:00.000Z',
      data: {
        id: 'ntc_7',
        tenant: 'shop',
        incidentId: 'inc_1',
        urgency: 'ask',
        dedupeKey: 'inc_1/ask/apr_1',
        title: notice.title,
        body: notice.body,
        phase: 'awaiting-approval',
        approvalId: 'apr_1',
        diff: notice.diff,
      },
    })
    expect(seen[0]?.headers.get('content-type')).toBe('application/json')
    expect(seen[0]?.headers.get('x-team')).toBe('shop')
  })

  test('is signed as Standard Webhooks says, over the bytes that are sent', async () => {
    const { url, seen } = await receiver(takes)
    await send(url)
    const { headers, body } = seen[0] ?? expect.unreachable()
    const [id, timestamp] = [headers.get('webhook-id'), headers.get('webhook-timestamp')]
    const digest = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
    expect(headers.get('webhook-signature')).toBe(`v1,${digest}`)
    expect(id).toMatch(/^msg_[0-9a-f]{32}$/)
    expect(Math.abs(Number(timestamp) * 1_000 - Date.now())).toBeLessThan(60_000)
  })

  test('carries an id of its own that headers cannot take the place of', async () => {
    const { url, seen } = await receiver(takes)
    await send(url, { headers: { 'webhook-id': 'msg_fixed', 'Webhook-Signature': 'v1,none' } })
    expect(verifyWebhook({ secret, ...(seen[0] ?? expect.unreachable()) }).id).not.toBe('msg_fixed')
  })
})

describe('a receiver that does not take it', () => {
  test.each([
    [400, 'rejected'],
    [401, 'rejected'],
    [404, 'rejected'],
    [410, 'rejected'],
    [408, 'unavailable'],
    [425, 'unavailable'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ] as const)('with HTTP %i is %s', async (status, code) => {
    const { url } = await receiver((response) => response.writeHead(status).end())
    const error = await rejectsWith(send(url), code)
    expect([error.status, error.retryAfterMs]).toEqual([status, undefined])
  })

  test('may say with a date when to come again', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString()
    const { url } = await receiver((response) => response.writeHead(503, { 'retry-after': date }).end())
    const { retryAfterMs = 0 } = await rejectsWith(send(url), 'unavailable')
    expect(retryAfterMs).toBeGreaterThan(50_000)
    expect(retryAfterMs).toBeLessThanOrEqual(60_000)
  })

  test('may not send it elsewhere', async () => {
    const elsewhere = await receiver(takes)
    const { url } = await receiver((response) => response.writeHead(307, { location: elsewhere.url }).end())
    expect((await rejectsWith(send(url), 'rejected')).message).toContain('redirects')
    expect(elsewhere.seen).toEqual([])
  })

  test('in time is unavailable', async () => {
    const { url } = await receiver(() => undefined)
    expect((await rejectsWith(send(url, { timeoutMs: 30 }), 'unavailable')).message).toContain('30 ms')
  })

  test.each([
    ['refuses', async () => (await receiver((response) => response.writeHead(403).end())).url],
    ['is not there', async () => 'http://127.0.0.1:1/hooks/pa55-in-the-path?key=pa55'],
  ])('and %s never makes the path of its address known', async (_, address) => {
    const error = await send(await address()).catch((thrown: unknown) => thrown)
    expect(MendkitError.is(error)).toBe(true)
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('pa55')
  })
})

describe('a private address', () => {
  test('is not called under a name, and the notice is refused', async () => {
    const { url, seen } = await receiver(takes)
    const named = url.replace('127.0.0.1', 'localhost')
    const { message } = await rejectsWith(send(named, { allowPrivateAddresses: false }), 'rejected')
    expect(message).toContain('allowPrivateAddresses: true')
    expect(message).not.toContain('pa55')
    expect(seen).toEqual([])
    await send(named)
    expect(seen).toHaveLength(1)
  })

  const literals = [
    '127.0.0.1',
    '0x7f.1',
    '2130706433',
    '10.1.2.3',
    '169.254.169.254',
    '[::1]',
    '[::ffff:10.0.0.1]',
    '[fd00::1]',
  ]
  test.each(literals)('%s is refused as an option at once', (host) => {
    const make = (more: object) => webhookNotifier({ url: `https://${host}/hook`, secret, ...more })
    expect(() => make({})).toThrow(expect.objectContaining({ code: 'config', path: 'url' }))
    expect(make({ allowPrivateAddresses: true }).id).toContain('webhook:')
  })

  test("is the host's own business with a fetch of its own", async () => {
    const { url, seen } = await receiver(takes)
    await send(url, { allowPrivateAddresses: false, fetch: globalThis.fetch })
    expect(seen).toHaveLength(1)
  })
})

describe('wrong options are refused at once, without showing a secret', () => {
  const url = 'https://hooks.example'
  const wrong: readonly [path: string, make: () => unknown][] = [
    ['url', () => webhookNotifier({ url: 'hooks.example/hunter2', secret })],
    ['url', () => webhookNotifier({ url: 'https://me:hunter2@hooks.example', secret })],
    ['secret', () => webhookNotifier({ url, secret: 'hunter2' })],
    ['secret', () => webhookNotifier({ url, secret: 'whsec_aHVudGVyMg==' })],
    [
      'headers.authorization',
      () => webhookNotifier({ url, secret, headers: { authorization: 'Bearer hunter2\n' + 'x: y' } }),
    ],
    ['timeoutMs', () => webhookNotifier({ url, secret, timeoutMs: 0 })],
  ]
  test.each(wrong)('%s', (path, make) => {
    try {
      make()
      expect.unreachable('was taken')
    } catch (error) {
      const message = expect.stringContaining(`webhookNotifier: ${path}: `)
      expect(error).toMatchObject({ code: 'config', path, message })
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/hunter2|aHVudGVyMg/)
    }
  })
})
