import assert from 'node:assert/strict'
import { inspect } from 'node:util'
import type { ErrorCode, MendkitError } from '@mendkit/core'
import { leaksNot, needed, rejectsWith } from '../assertions.ts'
import { callContext } from '../call-context.ts'
import type { Contract } from '../contract.ts'
import { aRequest } from './requests.ts'
import {
  type ModelSituation,
  type Pace,
  type PlayedFailure,
  played,
  playedCookie,
  playedRequestId,
} from './situation.ts'
import type { LanguageModelSubject } from './subject.ts'

const pauses = {
  cut: 'breaks off with the connection',
  ended: 'ends before its end',
  failing: 'says within that the provider is overloaded',
} as const

/** What of a provider's failures reaches the caller. For models that speak HTTP. */
export const failureClauses: Contract<LanguageModelSubject> = [
  ...statuses().map(({ status, code }) => ({
    says: `throws ${code} for HTTP ${status}, with the status and the provider's name of the request, and tries nothing twice`,
    async check(make: () => Promise<LanguageModelSubject>) {
      const error = await fails(make, { kind: 'failure', failure: { status } }, code)
      assert.equal(error.status, status)
      assert.ok(error.message.includes(String(status)), `the status is not in: ${error.message}`)
      assert.ok(
        error.message.includes(playedRequestId),
        `the provider's name of the request is not in: ${error.message}`,
      )
    },
  })),
  {
    says: 'says when to come back, whether the provider said it in seconds or as a date',
    async check(make) {
      const inAnHour = new Date(Date.now() + 3_600_000).toUTCString()
      for (const status of [429, 503]) {
        const seconds = await failsWith(make, { status, headers: { 'retry-after': '7' } }, 'unavailable')
        assert.equal(seconds.retryAfterMs, 7_000)
        const { retryAfterMs = 0 } = await failsWith(
          make,
          { status, headers: { 'retry-after': inAnHour } },
          'unavailable',
        )
        assert.ok(retryAfterMs > 3_000_000 && retryAfterMs <= 3_600_000, `${retryAfterMs} ms is not an hour`)
      }
      const past = { 'retry-after': 'Thu, 01 Jan 2026 00:00:00 GMT' }
      assert.equal((await failsWith(make, { status: 429, headers: past }, 'unavailable')).retryAfterMs, 0)
      for (const headers of [{}, { 'retry-after': 'soon' }]) {
        assert.equal((await failsWith(make, { status: 429, headers }, 'unavailable')).retryAfterMs, undefined)
      }
    },
  },
  {
    says: 'prefers the wait that the provider gave in milliseconds',
    async check(make) {
      const headers = { 'retry-after-ms': '250', 'retry-after': '1' }
      assert.equal((await failsWith(make, { status: 429, headers }, 'unavailable')).retryAfterMs, 250)
    },
  },
  {
    says: 'throws rejected, which is final, for a spent account',
    async check(make) {
      const error = await failsWith(make, { status: 429, because: 'spent-account' }, 'rejected')
      assert.equal(error.retryable, false)
    },
  },
  {
    says: 'throws rejected, and says so, when the request is longer than the context',
    async check(make) {
      const error = await failsWith(make, { status: 400, because: 'context-too-long' }, 'rejected')
      assert.match(error.message, /context|too long/i)
    },
  },
  {
    says: 'answers a refusal when a filter of the provider does not let the request through',
    async check(make) {
      const { model, requests } = await (await make()).serve(refusedBy({ status: 400, because: 'content-filter' }))
      const reply = await model.generate(aRequest(), callContext())
      assert.deepEqual([reply.content.kind, reply.finish], ['refusal', 'refusal'])
      assert.equal(requests(), 1)
    },
  },
  {
    says: 'throws bad-response for a page of a proxy, unavailable when the proxy says that it is down, and shows none of it',
    async check(make) {
      for (const [status, code] of [
        [200, 'bad-response'],
        [502, 'unavailable'],
      ] as const) {
        const error = await fails(make, { kind: 'html', status }, code)
        assert.ok(!shown(error).includes('<html'), 'the page is in the error')
      }
    },
  },
  {
    says: 'does not follow a redirect, which would carry the key elsewhere, and throws rejected',
    async check(make) {
      for (const status of [301, 302, 307, 308]) await fails(make, { kind: 'redirect', status }, 'rejected')
    },
  },
  {
    says: 'throws unavailable when nobody listens',
    async check(make) {
      const { model } = await (await make()).serve({ kind: 'unreachable' })
      await rejectsWith(model.generate(aRequest(), callContext()), 'unavailable')
    },
  },
  ...(['cut', 'ended', 'failing'] as const).map((pace) => ({
    says: `throws unavailable when a reply ${pauses[pace]}, whatever came before, and tries nothing twice`,
    async check(make: () => Promise<LanguageModelSubject>) {
      const told: unknown[] = []
      const error = await fails(make, replyAt(pace), 'unavailable', (progress) => told.push(progress))
      assert.ok(told.length > 0, 'the reply did not begin')
      assert.ok(error.retryable)
    },
  })),
  {
    says: 'throws bad-response when a part of a reply is no JSON',
    async check(make) {
      await fails(make, replyAt('broken'), 'bad-response')
    },
  },
  {
    says: 'shows neither its key nor a header in any error, also when the provider repeats them',
    async check(make) {
      const { serve, secret: given } = await make()
      const secret = needed(given, 'secret')
      for (const situation of failing) {
        const { model } = await serve(situation)
        const error = await model.generate(aRequest(), callContext()).then(
          () => assert.fail('resolved, but should have failed'),
          (thrown: unknown) => thrown,
        )
        for (const hidden of [secret, playedCookie]) leaksNot(error, hidden)
      }
    },
  },
]

const failing: readonly ModelSituation[] = [
  ...[400, 401, 403, 404, 429, 500, 529].map((status) => refusedBy({ status })),
  refusedBy({ status: 429, because: 'spent-account' }),
  { kind: 'html', status: 502 },
  { kind: 'redirect', status: 307 },
  { kind: 'unreachable' },
  replyAt('cut'),
  replyAt('broken'),
  replyAt('failing'),
]

function statuses(): readonly { readonly status: number; readonly code: ErrorCode }[] {
  const later = [408, 409, 429, 500, 502, 503, 504, 529]
  return [
    ...[400, 401, 402, 403, 413, 422].map((status) => ({ status, code: 'rejected' as const })),
    { status: 404, code: 'not-found' },
    ...later.map((status) => ({ status, code: 'unavailable' as const })),
  ]
}

function replyAt(pace: Pace): ModelSituation {
  return played({ kind: 'text', pieces: ['The pod ', 'has no ', 'memory.'] }, { pace })
}

function refusedBy(failure: PlayedFailure): ModelSituation {
  return { kind: 'failure', failure }
}

function failsWith(make: () => Promise<LanguageModelSubject>, failure: PlayedFailure, code: ErrorCode) {
  return fails(make, refusedBy(failure), code)
}

async function fails(
  make: () => Promise<LanguageModelSubject>,
  situation: ModelSituation,
  code: ErrorCode,
  onProgress: (progress: unknown) => void = () => undefined,
): Promise<MendkitError> {
  const { model, requests } = await (await make()).serve(situation)
  const error = await rejectsWith(model.generate(aRequest(), { ...callContext(), onProgress }), code)
  assert.equal(requests(), 1, 'one call must be one request')
  return error
}

function shown(error: unknown): string {
  return inspect(error, { depth: 10, showHidden: true, getters: true, maxStringLength: null })
}
