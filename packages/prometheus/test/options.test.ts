import { MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import {
  alertmanagerDetector,
  alertmanagerWebhook,
  prometheus,
  prometheusDetector,
  prometheusEvidence,
  promqlCheck,
  verificationDeadlineFor,
} from '../src/index.ts'

const url = 'http://prometheus:9090'
const alertmanager = { url: 'http://alertmanager:9093', source: 'am' }
const secret = 'of-sixteen-chars'
const mendkit = { ingest: () => Promise.reject(new Error('not asked')) }

interface Factory {
  /** Calls it as a program without types would. */
  readonly make: (options: unknown) => unknown
  readonly good: object
  /** Options that are wrong, by the path that the error must name. */
  readonly wrong: readonly (readonly [path: string, options: object, says: RegExp])[]
}

const connection: Factory['wrong'] = [
  ['url', { url: 5 }, /must be an address such as/],
  ['headers', { headers: 'Bearer' }, /must be an object of texts/],
  ['headers.authorization', { headers: { authorization: 5 } }, /must be a text/],
  ['fetch', { fetch: {} }, /globalThis\.fetch/],
  ['timeoutMs', { timeoutMs: '10s' }, /milliseconds/],
  ['timeoutMs', { timeoutMs: 2 ** 32 }, /milliseconds/],
  ['maxBytes', { maxBytes: 0 }, /at least 1/],
]
const polling: Factory['wrong'] = [
  ...connection,
  ['interval', { interval: 5_000 }, /no such option.*intervalMs/],
  ['source', { source: undefined }, /same for its webhook and its poll/],
  ['cluster', { cluster: '' }, /must not be empty/],
  ['tenant', { tenant: 5 }, /tenant/],
  ['intervalMs', { intervalMs: Number.NaN }, /milliseconds/],
  ['settledAfterMs', { settledAfterMs: Number.NaN }, /milliseconds/],
  ['settledAfterMs', { settledAfterMs: '5m' }, /milliseconds/],
  ['settledAfterMs', { settledAfterMs: -1 }, /milliseconds/],
]
const evidence: Factory['wrong'] = [
  ...connection,
  ['id', { id: '' }, /must not be empty/],
  ['cluster', { cluster: 7 }, /cluster/],
  ['queries.Bad Name', { queries: { 'Bad Name': 'up' } }, /lower-case letters/],
  ['queries.up', { queries: { up: 5 } }, /PromQL/],
]

const factories: Readonly<Record<string, Factory>> = {
  alertmanagerWebhook: {
    make: (options) => alertmanagerWebhook(mendkit, options as never),
    good: { secret, source: 'am', alertmanager: { url }, tenant: 'shop', maxBytes: 100 },
    wrong: [
      ['maxByte', { maxByte: 5 }, /no such option.*maxBytes/],
      ['secret', { secret: 1e20 }, /openssl rand/],
      ['source', { source: '' }, /one name per Alertmanager/],
      ['tenant', { tenant: 5 }, /tenant/],
      ['cluster', { cluster: 5 }, /cluster/],
      ['log', { log: 5 }, /debug, info, warn and error/],
      ['log', { log: { warn: () => undefined } }, /debug, info, warn and error/],
      ['maxBytes', { maxBytes: Number.NaN }, /at least 1/],
      ['maxDepth', { maxDepth: '16' }, /at least 1/],
      ['alertmanager.url', { alertmanager: {} }, /must be an address/],
      ['alertmanager.source', { alertmanager }, /no such option.*url, headers/],
    ],
  },
  alertmanagerDetector: {
    make: (options) => alertmanagerDetector(options as never),
    good: alertmanager,
    wrong: polling,
  },
  prometheusDetector: { make: (options) => prometheusDetector(options as never), good: alertmanager, wrong: polling },
  prometheusEvidence: {
    make: (options) => prometheusEvidence(options as never),
    good: { url, id: 'eu', queries: { up: 'up' } },
    wrong: [...evidence, ['query', { query: 'up' }, /no such option.*queries/]],
  },
  verificationDeadlineFor: {
    make: (options) => verificationDeadlineFor(options as never),
    good: { url },
    wrong: [...connection, ['clearingMarginMs', { clearingMarginMs: '5m' }, /milliseconds/]],
  },
  promqlCheck: {
    make: (options) => promqlCheck(options as never),
    good: { id: 'errors', url, query: 'up', good: { above: 0 } },
    wrong: [
      ...connection,
      ['id', { id: 5 }, /name for this check/],
      ['good', { good: undefined }, /below: number/],
      ['good', { good: { above: '1' } }, /below: number/],
      ['good', { good: { above: 1, below: 2 } }, /below: number/],
      ['kind', { kind: 'healthy' }, /'symptom' or 'health'/],
      ['interval', { interval: 5 }, /no such option/],
    ],
  },
  prometheus: {
    make: (options) => prometheus(options as never),
    good: { url, cluster: 'eu', alertmanager, clearingMarginMs: 30_000, queries: { up: 'up' } },
    wrong: [
      ...evidence,
      ['alertManager', { alertManager: alertmanager }, /no such option.*alertmanager/],
      ['alertmanager', { alertmanager: 'http://alertmanager:9093' }, /must be an object of options/],
      ['alertmanager.url', { alertmanager: { source: 'am', url: 'alertmanager:9093' } }, /http:\/\//],
      ['alertmanager.interval', { alertmanager: { ...alertmanager, interval: 5 } }, /no such option.*intervalMs/],
      ['clearingMarginMs', { clearingMarginMs: null }, /milliseconds/],
    ],
  },
}

describe.each(Object.entries(factories))('%s', (name, { make, good, wrong }) => {
  test('takes what is right', () => {
    expect(() => make(good)).not.toThrow()
  })

  test.each(wrong)('refuses a wrong %s, and says what to give: %o', (path, options, says) => {
    const error = thrownBy(() => make({ ...good, ...options }))
    expect(error).toMatchObject({ code: 'config', path })
    expect(error.message).toContain(`${name}: ${path}`)
    expect(error.message).toMatch(says)
  })

  test.each([undefined, null, 'http://prometheus:9090', 5])('refuses %o instead of options', (options) => {
    const error = thrownBy(() => make(options))
    expect(error).toMatchObject({ code: 'config', path: 'options' })
    expect(error.message).toContain('must be an object of options')
  })
})

test.each([undefined, null, {}, 'mendkit'])('a webhook before %o instead of a Mendkit is refused', (wrong) => {
  const error = thrownBy(() => alertmanagerWebhook(wrong as never, { secret, source: 'am' }))
  expect(error).toMatchObject({ code: 'config', path: 'mendkit' })
})

function thrownBy(make: () => unknown): MendkitError {
  try {
    make()
  } catch (error) {
    if (MendkitError.is(error)) return error
    throw error
  }
  return expect.unreachable('was taken')
}
