import { type Notifier, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { type ConnectionOptions, clientOf, connectionShape, parseUrl } from './connection.ts'
import { headersSchema, parseHeaders } from './headers.ts'
import { idSchema } from './identity.ts'
import { messageId, messageOf } from './notice-message.ts'
import { post } from './post.ts'
import { secretAdvice, sign, signingKey } from './signature.ts'

/** Options of `webhookNotifier`. */
export interface WebhookNotifierOptions extends ConnectionOptions {
  /** Where notices are posted. Must not hold a user name or password; its path and query never appear in errors. */
  readonly url: string
  /** Signs every message: `whsec_` and base64, or any text of at least 16 bytes. */
  readonly secret: string
  /** Unique among the notifiers of a host. @default `webhook:` and the host of `url` */
  readonly id?: string
  /** Sent with every message, such as credentials for a gateway. */
  readonly headers?: Readonly<Record<string, string>>
}

const shape = z.strictObject(
  {
    url: z.string({ error: 'must be an http or https address' }),
    secret: z.string({ error: secretAdvice }),
    id: idSchema,
    headers: headersSchema,
    ...connectionShape,
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
  const { timeoutMs = 10_000 } = options
  const url = parseUrl('webhookNotifier', options.url, options)
  const key = signingKey('webhookNotifier', options.secret)
  const fixed = parseHeaders('webhookNotifier', options.headers ?? {})
  const who = `the webhook receiver at ${url.host}`
  const receiver = { who, url, client: clientOf(options), timeoutMs, check: '`url`, `secret` and `headers`' }
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
      await post(receiver, { headers, body }, ctx)
    },
  }
}
