import { inspect } from 'node:util'
import { MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { alertmanagerDetector, alertmanagerWebhook, prometheus, promqlCheck } from '../src/index.ts'

const url = 'http://prometheus:9090'
const ingest = () => Promise.reject(new Error('not asked'))
const webhookSecret = 'of-sixteen-chars'

describe('wrong options are refused at once, with the path of the option', () => {
  const wrong: readonly [path: string, make: () => unknown][] = [
    ['url', () => prometheus({ url: 'prometheus:9090/x' })],
    ['url', () => prometheus({ url: '' })],
    ['url', () => prometheus({ url: 'file:///etc/passwd' })],
    ['url', () => prometheus({ url: 'http://prometheus:9090/?token=1' })],
    ['timeoutMs', () => prometheus({ url, timeoutMs: 0 })],
    ['maxBytes', () => prometheus({ url, maxBytes: Number.NaN })],
    ['queries.Bad Name', () => prometheus({ url, queries: { 'Bad Name': 'up' } })],
    ['source', () => alertmanagerDetector({ url, source: '' })],
    ['intervalMs', () => alertmanagerDetector({ url, source: 'am', intervalMs: -1 })],
    [
      'alertmanager.url',
      () => alertmanagerWebhook({ ingest }, { secret: webhookSecret, source: 'am', alertmanager: { url: 'am' } }),
    ],
    ['maxDepth', () => alertmanagerWebhook({ ingest }, { secret: webhookSecret, source: 'am', maxDepth: 0 })],
    ['id', () => promqlCheck({ id: '', url, query: 'up', good: { above: 0 } })],
    ['query', () => promqlCheck({ id: 'c', url, query: '', good: { above: 0 } })],
    ['good', () => promqlCheck({ id: 'c', url, query: 'up', good: { above: Number.NaN } })],
  ]
  test.each(wrong)('%s', (path, make) => {
    expect(make).toThrow(expect.objectContaining({ code: 'config', path }))
  })

  test.each([
    ['an address with a password', () => prometheus({ url: 'http://me:hunter2-secret@prometheus:9090' })],
    [
      'a header with a line break',
      () => prometheus({ url, headers: { authorization: 'Bearer hunter2-secret\nx: y' } }),
    ],
    ['a header beyond Latin-1', () => prometheus({ url, headers: { authorization: 'Bearer hunter2-secret ✓' } })],
  ])('without showing the secret of %s', (_, make) => {
    try {
      make()
      expect.unreachable('was taken')
    } catch (error) {
      expect(MendkitError.is(error, 'config')).toBe(true)
      expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hunter2')
    }
  })
})

test('prometheus() makes no request before it is asked', () => {
  const fetch = () => expect.unreachable('a request was made')
  const whole = prometheus({ url, fetch, cluster: 'eu', alertmanager: { url: 'http://am:9093', source: 'am', fetch } })
  expect(whole.clusters).toEqual(['eu'])
  expect(whole.detectors?.map((detector) => detector.id)).toEqual(['alertmanager:am'])
  expect(whole.evidence?.map((source) => source.id)).toEqual(['prometheus'])
  expect(prometheus({ url }).detectors).toEqual([])
})
