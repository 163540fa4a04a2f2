import { MendkitError, redact } from '@mendkit/core'
import { z } from 'zod'
import type { Connection } from './connection.ts'

const promError = z.object({ error: z.string() })

/** The error for an answer that is not a success. The server's own words are kept, without anything that we sent. */
export function failureOf(connection: Connection, response: Response, bytes: Uint8Array | undefined): MendkitError {
  const { status } = response
  const { who } = connection
  const words = bytes === undefined ? '' : serverWords(connection, bytes)
  if (status >= 300 && status < 400) {
    const because = `${who} redirects (HTTP ${status}), which is not followed: give the final address as \`url\``
    return new MendkitError('rejected', because, { status })
  }
  if (status === 429 || status >= 500) {
    const retryAfterMs = retryAfter(response.headers.get('retry-after'))
    const message = `${who} cannot answer now (HTTP ${status})${words}`
    return new MendkitError('unavailable', message, { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  }
  return new MendkitError('rejected', `${who} refused the request (HTTP ${status})${words}${hintFor(status)}`, {
    status,
  })
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return ': check the credentials in `headers`'
  if (status === 404) return ': check that `url` has the right path prefix'
  return ''
}

function retryAfter(header: string | null): number | undefined {
  if (header === null || !/^\d{1,6}$/.test(header)) return undefined
  return Number(header) * 1_000
}

function serverWords(connection: Connection, bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, 2_000))
  const parsed = parseOrUndefined(text)
  const known = promError.safeParse(parsed)
  const said = known.success ? known.data.error : typeof parsed === 'string' ? parsed : ''
  if (said === '') return ''
  // A server that echoes the request must not bring a credential into an error.
  let safe = said
  for (const value of connection.headers.values()) {
    for (const part of value.split(' ')) if (part.length > 3) safe = safe.replaceAll(part, '[removed]')
  }
  return `: ${redact(safe).slice(0, 300)}`
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
