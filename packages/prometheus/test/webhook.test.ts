import { type AlertBatch, MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { alertmanagerWebhook } from '../src/index.ts'
import { basic, harness, request, secret } from './webhook-harness.ts'
import { webhook, webhookAlert } from './wire.ts'

const one = webhook([webhookAlert({ alertname: 'Down', job: 'äpi ✓' })])

describe('a webhook that Alertmanager sends', () => {
  test('is durable before it is answered', async () => {
    const durable = Promise.withResolvers<void>()
    const { handle, taken } = harness({ tenant: 'shop', cluster: 'eu' }, async ({ alerts }) => {
      await durable.promise
      return { accepted: alerts.length, changed: 0, refused: [] }
    })
    let answered = false
    const answer = handle(request(one)).finally(() => {
      answered = true
    })
    await new Promise((resolve) => setImmediate(resolve))
    expect(answered).toBe(false)
    durable.resolve()
    const response = await answer
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ accepted: 1, changed: 0, refused: [], warnings: [] })
    expect(taken).toMatchObject([{ tenant: 'shop', batch: { source: 'am', cluster: 'eu', complete: false } }])
  })

  test('brings unicode, cuts times to milliseconds and drops the end of a firing alert', async () => {
    const { handle, taken } = harness()
    await handle(
      request(webhook([webhookAlert({ alertname: 'Down', job: 'äpi ✓' }, { endsAt: '2036-01-01T00:00:00Z' })])),
    )
    expect(taken[0]?.batch.alerts).toEqual([
      {
        labels: { alertname: 'Down', job: 'äpi ✓' },
        annotations: { summary: 'ünïcode ✓' },
        status: 'firing',
        startsAt: '2026-01-02T03:04:05.678Z',
        generatorUrl: 'http://prometheus/graph',
      },
    ])
  })

  test('brings the end of a resolved alert, unless it is the zero time', async () => {
    const { handle, taken } = harness()
    const ended = { status: 'resolved', endsAt: '2026-01-02T04:04:05.6+01:00' }
    const unknown = { status: 'resolved', endsAt: '0001-01-01T00:00:00Z', startsAt: '0001-01-01T00:00:00Z' }
    const response = await handle(
      request(webhook([webhookAlert({ alertname: 'Down' }, ended), webhookAlert({ alertname: 'Up' }, unknown)])),
    )
    expect(response.status).toBe(200)
    const [first, second] = taken[0]?.batch.alerts ?? []
    expect(first).toMatchObject({ status: 'resolved', endsAt: '2026-01-02T03:04:05.600Z' })
    expect(second).toMatchObject({ status: 'resolved' })
    expect(second).not.toHaveProperty('endsAt')
    expect(second).not.toHaveProperty('startsAt')
  })

  test('is taken when an alert ended before it was ever said to fire', async () => {
    const { handle, taken } = harness()
    const resolved = webhookAlert({ alertname: 'Down' }, { status: 'resolved', endsAt: '2026-01-02T03:05:00Z' })
    const responses = [await handle(request(webhook([resolved]))), await handle(request(one))]
    expect(responses.map((response) => response.status)).toEqual([200, 200])
    expect(taken.map(({ batch }) => batch.alerts[0]?.status)).toEqual(['resolved', 'firing'])
  })

  test('without alerts is answered and reaches nobody', async () => {
    const { handle, taken } = harness()
    const response = await handle(request(webhook([])))
    expect([response.status, await response.json()]).toEqual([
      200,
      { accepted: 0, changed: 0, refused: [], warnings: [] },
    ])
    expect(taken).toEqual([])
  })
})

describe('the secret', () => {
  test.each([
    ['bearer', `Bearer ${Buffer.from(secret).toString('latin1')}`, { secret: Buffer.from(secret).toString('latin1') }],
    ['basic with any user', basic(secret, 'whoever'), {}],
    ['a scheme in capitals', basic(secret).replace('Basic', 'BASIC'), {}],
  ])('is taken as %s', async (_, authorization, options) => {
    const { handle } = harness(options)
    expect((await handle(request(one, { headers: { authorization } }))).status).toBe(200)
  })

  test.each([
    ['absent', {}],
    ['wrong', { authorization: basic('a-secret-like-any-other-') }],
    ['only the beginning of the right one', { authorization: basic(secret.slice(0, -1)) }],
    ['empty', { authorization: 'Bearer ' }],
    ['without password', { authorization: `Basic ${Buffer.from(secret).toString('base64')}` }],
    ['of another scheme', { authorization: `Digest ${secret.replace('ü', 'u')}` }],
  ])('is refused when %s', async (_, headers) => {
    const { handle, taken } = harness()
    const response = await handle(request(one, { headers }))
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toContain('Bearer')
    expect(response.headers.get('www-authenticate')).toContain('Basic')
    expect(await response.json()).toMatchObject({
      error: expect.any(String),
      hint: expect.stringContaining('http_config'),
    })
    expect(taken).toEqual([])
  })

  test('is not shown by a configuration error', () => {
    const make = () =>
      alertmanagerWebhook({ ingest: () => Promise.reject(new Error()) }, { secret: 'shorty', source: 'am' })
    expect(make).toThrow(expect.objectContaining({ code: 'config', path: 'secret' }))
    expect(make).not.toThrow(/shorty/)
  })
})

describe('a request that must not be looked at', () => {
  test('is refused unless it is a POST', async () => {
    const { handle } = harness()
    const response = await handle(
      new Request('http://mendkit.local/alerts', { headers: { authorization: basic(secret) } }),
    )
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('is refused by its announced length, unread', async () => {
    const { handle, taken } = harness()
    const body = new ReadableStream({ pull: () => expect.unreachable('the body was read') }, { highWaterMark: 0 })
    const headers = { authorization: basic(secret), 'content-length': String(6 * 1024 * 1024) }
    const response = await handle(request('', { body, headers, duplex: 'half' } as RequestInit))
    expect(response.status).toBe(413)
    expect(taken).toEqual([])
  })

  test('is refused by its real length, and reading stops there', async () => {
    const { handle, taken } = harness()
    const chunk = new Uint8Array(1024 * 1024).fill(0x20)
    let sent = 0
    let isCancelled = false
    const body = new ReadableStream(
      {
        pull: (controller) => {
          sent += 1
          controller.enqueue(chunk)
        },
        cancel: () => {
          isCancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    const response = await handle(request('', { body, duplex: 'half' } as RequestInit))
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error: 'the body is longer than 5242880 bytes' })
    expect([sent, isCancelled, taken]).toEqual([6, true, []])
  })

  test('is taken up to the last byte of the limit', async () => {
    const { handle } = harness({ maxBytes: Buffer.byteLength(JSON.stringify(one)) })
    expect((await handle(request(one))).status).toBe(200)
    expect((await handle(request(`${JSON.stringify(one)} `))).status).toBe(413)
  })

  test('is refused when it nests 100 deep, whatever is in its texts', async () => {
    const { handle, taken } = harness()
    const deep = `${'['.repeat(100)}${']'.repeat(100)}`
    const response = await handle(request(JSON.stringify(one).replace('"4"', deep)))
    expect([response.status, await response.json()]).toMatchObject([400, { error: 'the body nests deeper than 16' }])
    expect(taken).toEqual([])
    for (const text of [`a" ${deep}`, `ends in \\ ${deep} \\`]) {
      const quoted = webhook([webhookAlert({ alertname: 'Down', job: text, path: 'C:\\' })])
      expect((await handle(request(quoted))).status).toBe(200)
    }
  })

  test.each([
    ['not JSON', '{"version":"4",', 'the body is not JSON in UTF-8'],
    ['empty', '', 'the body is not JSON in UTF-8'],
    ['not UTF-8', new Uint8Array([0x22, 0xff, 0x22]), 'the body is not JSON in UTF-8'],
    ['a list', '[]', 'the body must be an object'],
  ])('is refused when it is %s', async (_, body, error) => {
    const { handle, taken } = harness()
    const response = await handle(request(body))
    expect([response.status, await response.json()]).toMatchObject([400, { error }])
    expect(taken).toEqual([])
  })

  test.each([
    ['version', { version: '3' }],
    ['version', { version: 4 }],
    ['alerts', { alerts: null }],
    ['alerts', { alerts: { 0: {} } }],
    ['truncatedAlerts', { truncatedAlerts: -1 }],
    ['groupLabels.job', { groupLabels: { job: 7 } }],
  ])('is refused with the path of its bad field %s', async (path, rest) => {
    const { handle, taken } = harness()
    const response = await handle(request(webhook([], rest)))
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { path, error: expect.stringContaining(path), hint: expect.any(String) },
    ])
    expect(taken).toEqual([])
  })
})

describe('an alert that cannot be taken', () => {
  const bad: readonly [path: string, alert: unknown][] = [
    ['labels.severity', webhookAlert({ alertname: 'Down', severity: 7 })],
    ['labels.alertname', webhookAlert({ alertname: '' })],
    ['labels.alertname', webhookAlert({ job: 'api' })],
    ['labels', { ...webhookAlert({}), labels: ['Down'] }],
    ['annotations.summary', webhookAlert({ alertname: 'Down' }, { annotations: { summary: null } })],
    ['status', webhookAlert({ alertname: 'Down' }, { status: 'suppressed' })],
    ['startsAt', webhookAlert({ alertname: 'Down' }, { startsAt: 'yesterday' })],
    ['endsAt', webhookAlert({ alertname: 'Down' }, { status: 'resolved', endsAt: '2026-13-45T00:00:00Z' })],
  ]

  test.each(bad)('is refused with its path %s; the others are taken', async (path, alert) => {
    const { handle, taken } = harness()
    const response = await handle(request(webhook([webhookAlert({ alertname: 'Fine' }), alert])))
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ accepted: 1, refused: [{ index: 1, path: `alerts[1].${path}` }] })
    expect(taken[0]?.batch.alerts.map((one) => one.labels)).toEqual([{ alertname: 'Fine' }])
  })

  test.each(bad)('makes the request a bad one when nothing else is in it, with the path %s', async (path, alert) => {
    const { handle } = harness()
    const response = await handle(request(webhook([alert])))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ path: `alerts[0].${path}`, error: expect.stringContaining(path) })
  })

  test('is named by its place in the payload when the engine refuses it', async () => {
    const refuseSecond = ({ alerts }: AlertBatch) => ({
      accepted: alerts.length - 1,
      changed: 1,
      refused: [{ index: 1, path: 'alerts[1].labels', because: 'too many labels' }],
    })
    const { handle } = harness({}, refuseSecond)
    const names = ['A', '', 'B', 'C']
    const response = await handle(request(webhook(names.map((alertname) => webhookAlert({ alertname })))))
    expect(await response.json()).toMatchObject({
      accepted: 2,
      refused: [
        { index: 1, path: 'alerts[1].labels.alertname' },
        { index: 2, path: 'alerts[2].labels' },
      ],
    })
  })
})

describe('an engine that does not take the alerts', () => {
  test.each([
    [new MendkitError('unavailable', 'the store is locked', { retryAfterMs: 1_200 }), 503, '2'],
    [new MendkitError('unavailable', 'the store is full'), 503, '5'],
    [new MendkitError('conflict', 'somebody was faster'), 503, '5'],
    [new MendkitError('corrupt', 'row 7'), 500, null],
    [new MendkitError('invalid', 'unknown tenant', { path: 'tenant' }), 400, null],
    [new TypeError('with a secret in it'), 500, null],
  ])('%s', async (error, status, retryAfter) => {
    const { handle } = harness({}, () => Promise.reject(error))
    const response = await handle(request(one))
    expect([response.status, response.headers.get('retry-after')]).toEqual([status, retryAfter])
    const text = await response.text()
    expect(text).not.toContain('with a secret in it')
    expect(JSON.parse(text)).toMatchObject({ error: expect.any(String), hint: expect.any(String) })
  })

  test('leaves the webhook able to take the next request', async () => {
    let isDown = true
    const { handle, taken } = harness({}, ({ alerts }) => {
      if (isDown) throw new MendkitError('unavailable', 'the store is locked')
      return { accepted: alerts.length, changed: 1, refused: [] }
    })
    expect((await handle(request(one))).status).toBe(503)
    isDown = false
    expect((await handle(request(one))).status).toBe(200)
    expect(taken.length).toBe(1)
  })
})
