import { type CallContext, MendkitError } from '@mendkit/core'
import type { HttpReply } from './client.ts'
import type { Receiver } from './connection.ts'

/** What a receiver that took a message said. */
export interface Taken {
  /** The beginning of its answer, of at most as many bytes as were asked for. */
  readonly text: string
  /** Milliseconds, when it asked to wait. */
  readonly retryAfterMs: number | undefined
}

/** What is sent, and how many bytes of the answer are wanted. @default none of the answer */
export interface Message {
  /** @default 'POST' */
  readonly method?: 'GET' | 'POST'
  readonly headers: Headers
  readonly body: string
  readonly maxAnswer?: number
}

/**
 * Sends once. Resolves for any 2xx. Throws `unavailable` for no answer in time, 408, 425, 429 and 5xx, with the wait that the
 * receiver asked for; `rejected` for everything else, redirects and addresses that may not be called included. The abort
 * reason comes through as it is. What the receiver answers stands in no error: it may repeat what it was sent.
 */
export async function post(receiver: Receiver, message: Message, ctx: CallContext): Promise<Taken> {
  const { who, check } = receiver
  const reply = await exchange(receiver, message, ctx)
  if (reply.kind === 'refused-address') {
    const because = `${who} has a private address, which is not called: if that is meant, set \`allowPrivateAddresses: true\``
    throw new MendkitError('rejected', because)
  }
  const { status, text } = reply
  const wait = waitOf(reply.retryAfter)
  if (status >= 200 && status < 300) return { text, retryAfterMs: wait }
  if (status >= 300 && status < 400) {
    const because = `${who} redirects (HTTP ${status}), which is not followed: give the final address as \`url\``
    throw new MendkitError('rejected', because, { status })
  }
  if (status >= 500 || laterStatuses.has(status))
    throw unavailable(`${who} can take nothing now (HTTP ${status})`, wait, status)
  throw new MendkitError('rejected', `${who} refused it (HTTP ${status}): check ${check}`, { status })
}

/** An error that says to come back, after a wait when one was asked for. */
export function unavailable(because: string, retryAfterMs?: number, status?: number): MendkitError {
  return new MendkitError('unavailable', because, {
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  })
}

const laterStatuses = new Set([408, 425, 429])

async function exchange(receiver: Receiver, message: Message, ctx: CallContext): Promise<HttpReply> {
  const { who, url, client, timeoutMs } = receiver
  const { method = 'POST', headers, body, maxAnswer = 0 } = message
  ctx.signal.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    return await client({ url, method, headers, body, maxAnswer, signal: AbortSignal.any([ctx.signal, timeout]) })
  } catch {
    ctx.signal.throwIfAborted()
    // HTTP clients put addresses, and some put headers, into their errors, so none of it is passed on.
    throw unavailable(`${who} ${timeout.aborted ? `gave no answer within ${timeoutMs} ms` : 'cannot be reached'}`)
  }
}

/** Seconds, or a date, as RFC 9110 allows. */
function waitOf(header: string | null): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}
