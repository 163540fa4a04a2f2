import { MendkitError } from '@mendkit/core'
import { callContext, rejectsWith } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { prometheusClient } from '../src/client.ts'
import { type ConnectionOptions, openConnection } from '../src/connection.ts'
import { echoing, localServer, nowhere } from './local-server.ts'
import { matrix, vector } from './wire.ts'

const client = (options: ConnectionOptions) => prometheusClient(openConnection('Prometheus', options))
const minutes = (n: number) => n * 60_000

describe('a query', () => {
  test('asks with credentials, limit, evaluation timeout and path prefix, and reads the series', async () => {
    const { url, seen } = await localServer(() =>
      vector({ metric: { __name__: 'up', job: 'a' }, value: [1.5, '3.25'] }),
    )
    const headers = { authorization: 'Bearer of-the-reader' }
    const asked = client({ url: `${url}/prom/`, headers, timeoutMs: 4_000 })
    const answer = await asked.instant('up == 1 # ünïcode & more', 10, callContext())
    expect(answer).toEqual({
      series: [{ labels: { __name__: 'up', job: 'a' }, points: [{ at: 1_500, value: 3.25 }] }],
      warnings: [],
    })
    expect(seen).toMatchObject([{ method: 'GET', path: '/prom/api/v1/query', headers }])
    const query = Object.fromEntries(seen[0]?.query ?? [])
    expect(query).toMatchObject({ query: 'up == 1 # ünïcode & more', limit: '11', timeout: '4000ms' })
    expect(Math.abs(Number(query['time']) * 1_000 - Date.now())).toBeLessThan(minutes(1))
  })

  test('over a range asks for its stretch and step', async () => {
    const { url, seen } = await localServer(() =>
      matrix({
        metric: {},
        values: [
          [1, '1'],
          [2, '2'],
        ],
      }),
    )
    const query = { query: 'up', durationMs: minutes(30), stepMs: 15_000 }
    const { series } = await client({ url }).range(query, 10, callContext())
    expect(series[0]?.points).toEqual([
      { at: 1_000, value: 1 },
      { at: 2_000, value: 2 },
    ])
    const sent = Object.fromEntries(seen[0]?.query ?? [])
    expect(Number(sent['end']) - Number(sent['start'])).toBe(1_800)
    expect(sent['step']).toBe('15')
  })

  test('that is long goes as a form', async () => {
    const { url, seen } = await localServer(() => vector())
    const long = `up{job=~"${'a|'.repeat(1_500)}"}`
    await client({ url }).instant(long, 5, callContext())
    expect(seen[0]).toMatchObject({ method: 'POST', path: '/api/v1/query' })
    expect(String(seen[0]?.headers['content-type'])).toContain('application/x-www-form-urlencoded')
    expect(Object.fromEntries(new URLSearchParams(seen[0]?.body))).toMatchObject({ query: long, limit: '6' })
  })

  test('keeps NaN and infinities apart', async () => {
    const values = ['NaN', '+Inf', 'Inf', '-Inf', '-1e-3']
    const { url } = await localServer(() =>
      vector(...values.map((value, n) => ({ metric: { n: `${n}` }, value: [1, value] }))),
    )
    const { series } = await client({ url }).instant('x', 10, callContext())
    expect(series.map((one) => one.points[0]?.value)).toEqual([Number.NaN, Infinity, Infinity, -Infinity, -0.001])
  })

  test('takes a scalar as one series, and a text as none with a warning', async () => {
    const scalar = await localServer(() => ({ status: 'success', data: { resultType: 'scalar', result: [1, '+Inf'] } }))
    expect(await client({ url: scalar.url }).instant('x', 1, callContext())).toEqual({
      series: [{ labels: {}, points: [{ at: 1_000, value: Infinity }] }],
      warnings: [],
    })
    const text = await localServer(() => ({ status: 'success', data: { resultType: 'string', result: [1, 'hi'] } }))
    expect(await client({ url: text.url }).instant('"hi"', 1, callContext())).toEqual({
      series: [],
      warnings: ['the query answers with a text, which is not used'],
    })
  })

  test('reads native histograms as the count and sum of classic ones', async () => {
    const histogram = [1, { count: '4', sum: '2.5', buckets: [[0, '1', '2', '4']] }]
    const instant = await localServer(() => vector({ metric: { __name__: 'seconds', job: 'a' }, histogram }))
    expect((await client({ url: instant.url }).instant('seconds', 9, callContext())).series).toEqual([
      { labels: { __name__: 'seconds_count', job: 'a' }, points: [{ at: 1_000, value: 4 }] },
      { labels: { __name__: 'seconds_sum', job: 'a' }, points: [{ at: 1_000, value: 2.5 }] },
    ])
    const range = await localServer(() =>
      matrix({ metric: { __name__: 's' }, values: [[1, '7']], histograms: [histogram] }),
    )
    const query = { query: 's', durationMs: minutes(1), stepMs: 1_000 }
    const { series } = await client({ url: range.url }).range(query, 9, callContext())
    expect(series.map((one) => [one.labels['__name__'], one.points[0]?.value])).toEqual([
      ['s', 7],
      ['s_count', 4],
      ['s_sum', 2.5],
    ])
  })

  test('passes on warnings and notes, and says when series were left out', async () => {
    const three = ['a', 'b', 'c'].map((job) => ({ metric: { job }, value: [1, '1'] }))
    const { url } = await localServer(() => ({ ...vector(...three), warnings: ['partial'], infos: ['not a counter'] }))
    const answer = await client({ url }).instant('x', 2, callContext())
    expect(answer.series.length).toBe(2)
    expect(answer.warnings).toEqual(['partial', 'not a counter', 'more than 2 series: only the first 2 are here'])
  })
})

describe('a query that fails', () => {
  const ask = (options: ConnectionOptions) => client(options).instant('up', 5, callContext())

  test.each([
    [400, 'rejected'],
    [401, 'rejected'],
    [403, 'rejected'],
    [404, 'rejected'],
    [422, 'rejected'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [502, 'unavailable'],
    [503, 'unavailable'],
  ] as const)('with HTTP %i is %s and keeps the status', async (status, code) => {
    const { url } = await localServer(echoing(status, { 'retry-after': '3' }))
    const error = await rejectsWith(ask({ url }), code)
    expect(error.status).toBe(status)
    expect(error.retryAfterMs).toBe(code === 'unavailable' ? 3_000 : undefined)
    expect(error.message).toContain(new URL(url).host)
  })

  test("keeps Prometheus' own words", async () => {
    const { url } = await localServer((_, response) => {
      response.statusCode = 400
      return { status: 'error', errorType: 'bad_data', error: 'parse error: unexpected end of input' }
    })
    expect((await rejectsWith(ask({ url }), 'rejected')).message).toContain('parse error: unexpected end of input')
  })

  test('keeps the status of a proxy that answers HTML', async () => {
    const { url } = await localServer((_, response) => response.writeHead(403).end('<html>no</html>') && undefined)
    expect((await rejectsWith(ask({ url }), 'rejected')).status).toBe(403)
    const ok = await localServer((_, response) => response.end('<html>log in</html>') && undefined)
    expect((await rejectsWith(ask({ url: ok.url }), 'bad-response')).message).toContain('JSON')
  })

  test('names the field of an answer that is not what the API promises', async () => {
    const { url } = await localServer(() => vector({ metric: { job: 7 }, value: [1, '1'] }))
    expect((await rejectsWith(ask({ url }), 'bad-response')).path).toBe('data.result[0].metric.job')
    const nothing = await localServer(() => ({ status: 'success' }))
    await rejectsWith(ask({ url: nothing.url }), 'bad-response')
  })

  test('does not follow a redirect', async () => {
    const target = await localServer(() => vector())
    const { url } = await localServer(
      (_, response) => response.writeHead(302, { location: target.url }).end() && undefined,
    )
    const error = await rejectsWith(ask({ url, headers: { authorization: 'Bearer s3cret' } }), 'rejected')
    expect(error.message).toContain('redirects')
    expect(target.seen).toEqual([])
  })

  test('stops reading an answer that is too long', async () => {
    const { url } = await localServer(() => vector({ metric: { job: 'x'.repeat(5_000) }, value: [1, '1'] }))
    expect((await rejectsWith(ask({ url, maxBytes: 4_000 }), 'bad-response')).message).toContain('4000 bytes')
  })

  test('is unavailable when nothing answers, or not in time', async () => {
    expect((await rejectsWith(ask({ url: nowhere }), 'unavailable')).message).toContain('Prometheus at 127.0.0.1:1')
    const { url } = await localServer(() => undefined)
    expect((await rejectsWith(ask({ url, timeoutMs: 30 }), 'unavailable')).message).toContain('30 ms')
  })

  test('lets the abort reason through while it waits', async () => {
    const stop = new AbortController()
    const reason = new MendkitError('conflict', 'lease lost')
    const { url } = await localServer(() => stop.abort(reason))
    await expect(client({ url }).instant('up', 5, callContext({ signal: stop.signal }))).rejects.toBe(reason)
  })
})
