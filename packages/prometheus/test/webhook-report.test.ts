import { createMendkit, type LogFields, type Logger } from '@mendkit/core'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type AlertmanagerWebhookOptions, alertmanagerWebhook } from '../src/index.ts'
import { harness, request, secret } from './webhook-harness.ts'
import { webhook, webhookAlert } from './wire.ts'

interface Line {
  readonly level: string
  readonly text: string
  readonly fields: LogFields | undefined
}

function listening() {
  const lines: Line[] = []
  const at =
    (level: string): Logger['info'] =>
    (text, fields) =>
      void lines.push({ level, text, fields })
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } }
}

/** A webhook before a real Mendkit, whose log is kept. */
function host(options: Partial<AlertmanagerWebhookOptions> = {}) {
  const { lines, log } = listening()
  const mendkit = createMendkit({ system: { log } })
  onTestFinished(() => mendkit.close())
  const handle = alertmanagerWebhook(mendkit, { secret, source: 'am', ...options })
  const counted = (name: string) =>
    mendkit
      .metrics()
      .split('\n')
      .filter((line) => line.startsWith(`${name}{`))
  return { lines, handle, counted }
}

const unreadable = webhookAlert({ alertname: 'DiskFull', severity: 7 })
const good = webhookAlert({ alertname: 'Down' })

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] })
})
afterEach(() => {
  vi.useRealTimers()
})

describe('what a webhook does not take', () => {
  test('of its alerts is logged by the host, with the path of the first bad field, and counted', async () => {
    const { lines, handle, counted } = host()
    const response = await handle(request(webhook([good, unreadable, webhookAlert({ alertname: ' ' })])))
    expect(response.status).toBe(200)
    expect(lines).toMatchObject([{ level: 'warn', text: expect.stringContaining('2 alerts that were refused') }])
    expect(lines[0]?.text).toContain('alerts[1].labels.severity must be a text')
    expect(counted('mendkit_alerts_refused_total').toSorted()).toEqual([
      'mendkit_alerts_refused_total{rule="alertname"} 1',
      'mendkit_alerts_refused_total{rule="unreadable"} 1',
    ])
  })

  test('of its alerts is counted when there is no other alert in it', async () => {
    const { handle, counted } = host()
    expect((await handle(request(webhook([unreadable, unreadable])))).status).toBe(400)
    expect(counted('mendkit_alerts_refused_total')).toEqual(['mendkit_alerts_refused_total{rule="unreadable"} 2'])
    expect(counted('mendkit_requests_refused_total')).toEqual([
      'mendkit_requests_refused_total{source="am",because="400"} 1',
    ])
  })

  test.each([
    ['401', request(webhook([good]), { headers: { authorization: 'Bearer wrong' } }), 'the secret is missing or wrong'],
    ['400', request(webhook([good], { version: '3' })), 'version must be "4"'],
    ['400', request('{'), 'not JSON'],
    ['405', new Request('http://mendkit.local/alerts'), 'GET'],
    ['413', request('x'.repeat(5_001)), 'longer than 5000 bytes'],
  ])('as a whole is logged and counted: %s', async (status, sent, says) => {
    const { lines, handle, counted } = host({ maxBytes: 5_000 })
    expect(String((await handle(sent)).status)).toBe(status)
    expect(lines).toMatchObject([{ level: 'warn', text: expect.stringContaining(says), fields: { source: 'am' } }])
    expect(counted('mendkit_requests_refused_total')).toEqual([
      `mendkit_requests_refused_total{source="am",because="${status}"} 1`,
    ])
  })

  test('because the engine failed is an error in the log, with the cause that the sender is not told', async () => {
    const { lines, log } = listening()
    const { handle } = harness({ log }, () => Promise.reject(new TypeError('row 7 is odd')))
    const response = await handle(request(webhook([good])))
    expect([response.status, await response.text()]).toEqual([500, expect.not.stringContaining('row 7')])
    expect(lines).toMatchObject([{ level: 'error', text: expect.stringContaining('row 7 is odd') }])
  })

  test('in a flood makes one line a minute of each kind, which says how many were spared; all are counted', async () => {
    const { lines, handle, counted } = host()
    const flood = async (times: number) => {
      for (let sent = 0; sent < times; sent += 1) {
        await handle(request(webhook([good]), { headers: {} }))
        await handle(request(webhook([good, unreadable])))
      }
    }
    await flood(100)
    expect(lines.map(({ fields }) => fields)).toEqual([{ source: 'am' }, { source: 'am' }])
    vi.advanceTimersByTime(59_999)
    await flood(1)
    expect(lines).toHaveLength(2)
    vi.advanceTimersByTime(1)
    await flood(1)
    expect(lines.slice(2).map(({ fields }) => fields)).toEqual([
      { source: 'am', sparedLines: 100 },
      { source: 'am', sparedLines: 100 },
    ])
    expect(counted('mendkit_requests_refused_total')).toEqual([
      'mendkit_requests_refused_total{source="am",because="401"} 102',
    ])
    expect(counted('mendkit_alerts_refused_total')).toEqual(['mendkit_alerts_refused_total{rule="unreadable"} 102'])
  })

  test('is told in lines that are short, whatever the names of its labels', async () => {
    const { lines, handle } = host()
    await handle(request(webhook([good, webhookAlert({ alertname: 'Down', ['x'.repeat(100_000)]: 7 })])))
    expect(lines[0]?.text.length).toBeLessThan(500)
  })

  test("goes to the log that the webhook was given instead of the host's", async () => {
    const own = listening()
    const { lines, handle } = host({ log: own.log })
    await handle(request('{'))
    expect([lines.length, own.lines.length]).toEqual([0, 1])
  })

  test('is logged by a logger that keeps its methods on a class', async () => {
    class Lines implements Logger {
      readonly texts: string[] = []
      readonly #keep = (text: string) => void this.texts.push(text)
      debug(text: string) {
        this.#keep(text)
      }
      info(text: string) {
        this.#keep(text)
      }
      warn(text: string) {
        this.#keep(text)
      }
      error(text: string) {
        this.#keep(text)
      }
    }
    const log = new Lines()
    await host({ log }).handle(request('{'))
    expect(log.texts).toHaveLength(1)
  })
})

test('a webhook that fires late, after the end of its episode, reopens nothing until a poll says so', async () => {
  const { handle, counted } = host()
  const send = async (alert: object) => (await (await handle(request(webhook([alert])))).json()) as { changed: number }
  const ended = { status: 'resolved', endsAt: '2026-01-02T03:05:00Z' }
  expect(await send(good)).toMatchObject({ changed: 1 })
  expect(await send(webhookAlert({ alertname: 'Down' }, ended))).toMatchObject({ changed: 1 })
  expect(await send(good)).toMatchObject({ changed: 0 })
  expect(counted('mendkit_alerts_late_total')).toEqual(['mendkit_alerts_late_total{source="am"} 1'])
  const anew = webhookAlert({ alertname: 'Down' }, { startsAt: '2026-01-02T03:06:00Z' })
  expect(await send(anew)).toMatchObject({ changed: 1 })
})
