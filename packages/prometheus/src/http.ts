import { type CallContext, MendkitError } from '@mendkit/core'
import type { Connection } from './connection.ts'
import { failureOf } from './http-failure.ts'
import { readBytes } from './read-bytes.ts'

/** One request: GET, or POST of a form where `form` is given. `path` is relative to the connection's address. */
export interface HttpRequest {
  readonly path: string
  readonly query?: URLSearchParams
  readonly form?: URLSearchParams
}

/** A successful answer whose body was JSON. */
export interface HttpAnswer {
  readonly body: unknown
  /** The server's own clock at the answer, ms since 1970, when it said so. */
  readonly date: number | undefined
}

/**
 * Makes one request and reads its JSON answer.
 *
 * Throws `unavailable` when a later try may succeed (no connection, timeout, 429, 5xx), `rejected` when the server refused
 * (other 4xx, and redirects, which are never followed), `bad-response` when the answer is too long or not JSON. When the
 * caller aborts, the abort reason comes through as it is. No message and no cause holds a header's value.
 */
export async function requestJson(connection: Connection, request: HttpRequest, ctx: CallContext): Promise<HttpAnswer> {
  const { who, maxBytes } = connection
  const timeout = AbortSignal.timeout(connection.timeoutMs)
  const { response, bytes } = await exchange(connection, request, timeout, ctx)
  if (!response.ok) throw failureOf(connection, response, bytes)
  if (bytes === undefined) {
    throw new MendkitError('bad-response', `${who} answered with more than ${maxBytes} bytes: raise \`maxBytes\``)
  }
  const date = Date.parse(response.headers.get('date') ?? '')
  return { body: parseJson(who, bytes), date: Number.isNaN(date) ? undefined : date }
}

async function exchange(connection: Connection, request: HttpRequest, timeout: AbortSignal, ctx: CallContext) {
  ctx.signal.throwIfAborted()
  const url = new URL(request.path, connection.base)
  if (request.query !== undefined) url.search = request.query.toString()
  const headers = new Headers(connection.headers)
  if (ctx.trace !== undefined) headers.set('traceparent', ctx.trace.traceparent)
  try {
    const response = await connection.fetch(url, {
      method: request.form === undefined ? 'GET' : 'POST',
      headers,
      redirect: 'manual',
      signal: AbortSignal.any([ctx.signal, timeout]),
      ...(request.form === undefined ? {} : { body: request.form }),
    })
    return { response, bytes: await readBytes(response.body, connection.maxBytes) }
  } catch (error) {
    ctx.signal.throwIfAborted()
    // HTTP clients put addresses and sometimes headers into their errors, so only a code is taken from them.
    const because = timeout.aborted
      ? `gave no answer within ${connection.timeoutMs} ms`
      : `did not answer: ${codeOf(error)}`
    throw new MendkitError('unavailable', `${connection.who} ${because}`)
  }
}

function parseJson(who: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    throw new MendkitError('bad-response', `${who} did not answer with JSON: check the path and any proxy in between`)
  }
}

/** The code of the innermost error that has one, such as ECONNREFUSED. */
function codeOf(error: unknown): string {
  let code = 'connection failed'
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    if ('code' in at && typeof at.code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(at.code)) code = at.code
  }
  return code
}
