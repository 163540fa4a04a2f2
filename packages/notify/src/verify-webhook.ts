import { timingSafeEqual } from 'node:crypto'
import { MendkitError, readOptions } from '@mendkit/core'
import { z } from 'zod'
import { type NoticeMessage, noticeMessage } from './notice-message.ts'
import { secretAdvice, sign, signingKey } from './signature.ts'

/** A webhook as it was received. */
export interface ReceivedWebhook {
  /** Any of the secrets that are valid now; two while one replaces the other. */
  readonly secret: string | readonly string[]
  readonly headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** The body's text as received: parsing and printing it again would change it. */
  readonly body: string
  /** Largest age of a message, also into the future, in milliseconds: an older one may be replayed. @default 300_000 */
  readonly toleranceMs?: number
}

/** A message that is what its sender signed. */
export interface VerifiedWebhook {
  /** Equal for the same matter: drop what you have seen. */
  readonly id: string
  readonly message: NoticeMessage
}

const toleranceSays = 'must be a number of milliseconds, at least 0, such as 300_000'
const shape = z.strictObject(
  {
    secret: z.union([z.string(), z.array(z.string()).min(1, secretAdvice)], { error: secretAdvice }),
    headers: z.custom((value) => typeof value === 'object' && value !== null, 'must be the headers as received'),
    body: z.string({ error: 'must be the text as received, before any parser' }),
    toleranceMs: z.number({ error: toleranceSays }).min(0, toleranceSays).optional(),
  },
  { error: 'must be an object with `secret`, `headers` and `body`' },
)

/**
 * Checks a webhook of `webhookNotifier` and reads it; the receiver's half. Throws `forbidden` when signature, time or headers are
 * not right, `invalid` when the signed body is not a notice, `config` when it is asked wrongly.
 */
export function verifyWebhook(received: ReceivedWebhook): VerifiedWebhook {
  readOptions('verifyWebhook', shape, received)
  const { body, toleranceMs = 300_000 } = received
  const read = (name: string) => header(received.headers, name)
  const [id, timestamp, signatures] = [read('webhook-id'), read('webhook-timestamp'), read('webhook-signature')]
  if (id === '' || !/^\d{1,12}$/.test(timestamp) || signatures === '') {
    throw refused('webhook-id, webhook-timestamp or webhook-signature is missing or malformed')
  }
  if (Math.abs(Date.now() - Number(timestamp) * 1_000) > toleranceMs) {
    throw refused(`its time differs by more than ${toleranceMs} ms from this machine's`)
  }
  const secrets = typeof received.secret === 'string' ? [received.secret] : received.secret
  const wanted = secrets.map((secret) =>
    sign(signingKey('verifyWebhook', secret), { id, timestamp: Number(timestamp), body }),
  )
  const given = signatures.split(' ')
  if (!wanted.some((one) => given.some((other) => isSame(one, other)))) throw refused('its signature does not match')
  return { id, message: parseMessage(body) }
}

function header(headers: ReceivedWebhook['headers'], name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? ''
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1]
  return typeof found === 'string' ? found : (found?.[0] ?? '')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function refused(because: string): MendkitError {
  return new MendkitError('forbidden', `the webhook is refused: ${because}`)
}

function parseMessage(body: string): NoticeMessage {
  const parsed = noticeMessage.safeParse(parseJson(body))
  if (parsed.success) return parsed.data
  const path = parsed.error.issues[0]?.path.join('.') ?? ''
  throw new MendkitError('invalid', `the webhook's body is not a notice: \`${path}\``, { path })
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
