import { MendkitError } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { verifyWebhook, webhookNotifier } from '../src/index.ts'

const secret = 'a-secret-of-the-receiver'
const notifier = { url: 'https://hooks.example', secret }
const received = { secret, headers: {}, body: '{}' }

function refusal(make: () => unknown): unknown {
  try {
    make()
  } catch (error) {
    return error
  }
  return expect.unreachable('was taken')
}

describe('webhookNotifier', () => {
  const wrong: readonly (readonly [path: string, options: unknown, says: RegExp])[] = [
    ['options', undefined, /must be an object with `url` and `secret`/],
    ['options', 'https://hooks.example', /must be an object/],
    ['timeout', { ...notifier, timeout: 5 }, /no such option.*timeoutMs/],
    ['timeoutMs', { ...notifier, timeoutMs: Number.NaN }, /milliseconds/],
    ['timeoutMs', { ...notifier, timeoutMs: '10s' }, /milliseconds/],
    ['timeoutMs', { ...notifier, timeoutMs: 2 ** 32 }, /milliseconds/],
    ['url', { secret }, /http or https address/],
    ['secret', { url: notifier.url }, /openssl rand/],
    ['id', { ...notifier, id: '' }, /must not be empty/],
    ['headers', { ...notifier, headers: [] }, /object of texts/],
    ['headers.authorization', { ...notifier, headers: { authorization: 5 } }, /must be a text/],
    ['fetch', { ...notifier, fetch: 'fetch' }, /globalThis\.fetch/],
    ['allowPrivateAddresses', { ...notifier, allowPrivateAddresses: 'yes' }, /true or false/],
  ]
  test.each(wrong)('refuses a wrong %s, and says what to give: %o', (path, options, says) => {
    const error = refusal(() => webhookNotifier(options as never))
    expect(MendkitError.is(error, 'config') && [error.path, error.message]).toEqual([path, expect.stringMatching(says)])
  })
})

describe('verifyWebhook', () => {
  const wrong: readonly (readonly [path: string, options: unknown, says: RegExp])[] = [
    ['options', undefined, /must be an object/],
    ['tolerance', { ...received, tolerance: 5 }, /no such option.*toleranceMs/],
    // Not a number would let a message of any age pass.
    ['toleranceMs', { ...received, toleranceMs: Number.NaN }, /milliseconds/],
    ['toleranceMs', { ...received, toleranceMs: '5m' }, /milliseconds/],
    ['body', { ...received, body: { already: 'parsed' } }, /before any parser/],
    ['headers', { ...received, headers: undefined }, /as received/],
    ['secret', { ...received, secret: [] }, /openssl rand/],
  ]
  test.each(wrong)('refuses a wrong %s, and says what to give: %o', (path, options, says) => {
    const error = refusal(() => verifyWebhook(options as never))
    expect(MendkitError.is(error, 'config') && [error.path, error.message]).toEqual([path, expect.stringMatching(says)])
  })
})
