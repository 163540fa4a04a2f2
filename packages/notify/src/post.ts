import { type CallContext, MendkitError } from '@mendkit/core'

/** Where messages go, and how. */
export interface Receiver {
  /** Names the receiver in messages: only its host, since a path may be a secret of its own. */
  readonly who: string
  readonly url: URL
  readonly fetch: typeof globalThis.fetch
  readonly timeoutMs: number
}

/**
 * Posts once. Resolves for any 2xx. Throws `unavailable` for no answer in time, 408, 425, 429 and 5xx, with the wait that the
 * receiver asked for; `rejected` for everything else, redirects included. The abort reason comes through as it is. What the
 * receiver answers is never read: it may repeat what it was sent.
 */
export async function post(receiver: Receiver, headers: Headers, body: string, ctx: CallContext): Promise<void> {
  const { who } = receiver
  const { status, retryAfter } = await exchange(receiver, headers, body, ctx)
  if (status >= 200 && status < 300) return
  if (status >= 300 && status < 400) {
    const because = `${who} redirects (HTTP ${status}), which is not followed: give the final address as \`url\``
    throw new MendkitError('rejected', because, { status })
  }
  if (status >= 500 || laterStatuses.has(status)) {
    const wait = retryAfterMs(retryAfter)
    const options = wait === undefined ? { status } : { status, retryAfterMs: wait }
    throw new MendkitError('unavailable', `${who} cannot take notices now (HTTP ${status})`, options)
  }
  const because = `${who} refused a notice (HTTP ${status}): check \`url\`, \`secret\` and \`headers\``
  throw new MendkitError('rejected', because, { status })
}

const laterStatuses = new Set([408, 425, 429])

async function exchange({ who, url, fetch, timeoutMs }: Receiver, headers: Headers, body: string, ctx: CallContext) {
  ctx.signal.throwIfAborted()
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const signal = AbortSignal.any([ctx.signal, timeout])
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await response.body?.cancel()
    return { status: response.status, retryAfter: response.headers.get('retry-after') }
  } catch {
    ctx.signal.throwIfAborted()
    // HTTP clients put addresses, and some put headers, into their errors, so none of it is passed on.
    const because = timeout.aborted ? `gave no answer within ${timeoutMs} ms` : 'cannot be reached'
    throw new MendkitError('unavailable', `${who} ${because}`)
  }
}

/** Seconds, or a date, as RFC 9110 allows. */
function retryAfterMs(header: string | null): number | undefined {
  if (header === null) return undefined
  if (/^\d{1,6}$/.test(header)) return Number(header) * 1_000
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - Date.now())
}
