import { MendkitError, type Notifier, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { messageId, messageOf } from './notice-message.ts'
import { post } from './post.ts'
import { secretAdvice, sign, signingKey } from './signature.ts'

/** Options of `webhookNotifier`. */
export interface WebhookNotifierOptions {
  /** Where notices are posted. Must not hold a user name or password; its path and query never appear in errors. */
  readonly url: string
  /** Signs every message: `whsec_` and base64, or any text of at least 16 bytes. */
  readonly secret: string
  /** Unique among the notifiers of a host. @default `webhook:` and the host of `url` */
  readonly id?: string
  /** Sent with every message, such as credentials for a gateway. */
  readonly headers?: Readonly<Record<string, string>>
  /** Makes the requests; give your own for client certificates or a proxy. @default globalThis.fetch */
  readonly fetch?: typeof globalThis.fetch
  /** Milliseconds after which an attempt counts as failed. @default 10_000 */
  readonly timeoutMs?: number
}

const longestMs = 2_147_483_647
const timeSays = `must be a number of milliseconds from 1 to ${longestMs}, such as 10_000`

const shape = z.strictObject(
  {
    url: z.string({ error: 'must be an http or https address' }),
    secret: z.string({ error: secretAdvice }),
    id: z.string().min(1, 'must not be empty').max(128).optional(),
    headers: z
      .record(z.string(), z.string({ error: 'must be a text' }), { error: 'must be an object of texts' })
      .optional(),
    fetch: z.custom((value) => typeof value === 'function', 'must be a function like globalThis.fetch').optional(),
    timeoutMs: z.number({ error: timeSays }).min(1, timeSays).max(longestMs, timeSays).optional(),
  },
  { error: 'must be an object with `url` and `secret`' },
)

/**
 * Posts every notice as signed JSON, in the form of Standard Webhooks: `webhook-id`, `webhook-timestamp` and
 * `webhook-signature`. `webhook-id` is the same for the same matter, so that a receiver can drop doubles; `verifyWebhook` is
 * the receiver's half.
 *
 * `send` throws `unavailable` when a later attempt may succeed (no answer, 408, 425, 429, 5xx) and `rejected` when not. No error
 * holds the secret, a header or the path of the address. Throws `config` at once for wrong options.
 */
export function webhookNotifier(options: WebhookNotifierOptions): Notifier {
  readOptions('webhookNotifier', shape, options)
  const { fetch = globalThis.fetch, timeoutMs = 10_000 } = options
  const url = parseUrl(options.url)
  const key = signingKey(options.secret)
  const fixed = parseHeaders(options.headers ?? {})
  const receiver = { who: `the webhook receiver at ${url.host}`, url, fetch, timeoutMs }
  return {
    spec: 1,
    id: options.id ?? `webhook:${url.host}`,
    reachesPeople: true,
    send: async (notice, ctx) => {
      const id = messageId(notice)
      const timestamp = Math.floor(Date.now() / 1_000)
      const body = JSON.stringify(messageOf(notice))
      const headers = new Headers(fixed)
      headers.set('webhook-id', id)
      headers.set('webhook-timestamp', String(timestamp))
      headers.set('webhook-signature', sign(key, { id, timestamp, body }))
      await post(receiver, headers, body, ctx)
    },
  }
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new MendkitError('config', '`url` must be an http or https address', { path: 'url' })
  }
  if (url.username !== '' || url.password !== '') {
    throw new MendkitError('config', '`url` must hold no user or password: put credentials in `headers`', {
      path: 'url',
    })
  }
  return url
}

function parseHeaders(given: Readonly<Record<string, string>>): Headers {
  const headers = new Headers({ 'content-type': 'application/json', 'user-agent': 'mendkit' })
  for (const [name, value] of Object.entries(given)) {
    try {
      headers.set(name, value)
    } catch {
      // The platform's own error repeats the value, which may be a secret, so it is not passed on as a cause.
      const because = '`headers` holds one that HTTP does not allow: look for line breaks and characters beyond Latin-1'
      throw new MendkitError('config', because, { path: `headers.${name}` })
    }
  }
  return headers
}
