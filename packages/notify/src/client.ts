import type { LookupAddress } from 'node:dns'
import { lookup as systemLookup } from 'node:dns/promises'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { createRequire } from 'node:module'
import { isIP } from 'node:net'

/** What a receiver answered, or that its address is one that is not called. */
export type HttpReply =
  | { readonly kind: 'refused-address' }
  | {
      readonly kind: 'answer'
      readonly status: number
      /** The header of this name. */
      readonly retryAfter: string | null
      /** The beginning of the body, of at most as many bytes as were asked for. */
      readonly text: string
    }

/** What is sent, and how much of the answer is wanted. */
interface HttpRequest {
  readonly url: URL
  readonly method: 'GET' | 'POST'
  readonly headers: Headers
  readonly body: string
  /** Bytes of the answer's body that are read; 0 for none. */
  readonly maxAnswer: number
  readonly signal: AbortSignal
}

/** Sends once, without following redirects. Rejects when there is no answer. */
export type HttpClient = (request: HttpRequest) => Promise<HttpReply>

/** How names become addresses, and which addresses are not called. */
export interface AddressRule {
  readonly refuses: (address: string) => boolean
  /** @default the system's */
  readonly lookup?: (hostname: string) => Promise<readonly LookupAddress[]>
}

/**
 * A client that looks every name up once per request and connects to what it has checked, so that a name cannot mean one
 * address when it is checked and another when it is called. A name of which one address is refused is refused.
 */
export function directClient({ refuses, lookup = lookupAll }: AddressRule): HttpClient {
  return ({ url, method, headers, body, maxAnswer, signal }) => {
    const { promise, resolve, reject } = Promise.withResolvers<HttpReply>()
    const refused = () => resolve({ kind: 'refused-address' })
    // Node connects to a host that is an address already without looking it up.
    const literal = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0 && refuses(literal)) {
      refused()
      return promise
    }

    async function checked(hostname: string): Promise<readonly LookupAddress[]> {
      const found = await lookup(hostname)
      if (found.some(({ address }) => refuses(address))) refused()
      else if (found.length > 0) return found
      throw new Error('the name has no address that may be called')
    }

    const outgoing = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, {
      method,
      headers: Object.fromEntries(headers),
      // An agent of its own: no connection is kept for later, and none is used that somebody else opened.
      agent: false,
      lookup: (hostname, { all }, callback) => {
        checked(hostname).then(
          (found) =>
            all === true ? callback(null, [...found]) : callback(null, found[0]?.address ?? '', found[0]?.family),
          (error: Error) => callback(error, ''),
        )
      },
      signal,
    })
    outgoing.on('error', reject)
    outgoing.on('response', (incoming) => {
      const { statusCode: status = 0 } = incoming
      const retryAfter = incoming.headers['retry-after'] ?? null
      const answered = (text: string) => resolve({ kind: 'answer', status, retryAfter, text })
      if (maxAnswer > 0) return void beginningOf(incoming, maxAnswer).then(answered, reject)
      answered('')
      outgoing.destroy()
    })
    outgoing.end(method === 'GET' ? undefined : body)
    return promise
  }
}

/** A client over a `fetch` of the host's own; which addresses it calls is the host's business. */
export function fetchClient(fetch: typeof globalThis.fetch): HttpClient {
  return async ({ url, method, headers, body, maxAnswer, signal }) => {
    const sent = method === 'GET' ? {} : { body }
    const response = await fetch(url, { method, headers, ...sent, redirect: 'manual', signal })
    const { status } = response
    const retryAfter = response.headers.get('retry-after')
    if (response.body !== null && maxAnswer > 0) {
      return { kind: 'answer', status, retryAfter, text: await beginningOf(response.body, maxAnswer) }
    }
    await response.body?.cancel()
    return { kind: 'answer', status, retryAfter, text: '' }
  }
}

/** Reads so many bytes at most, and lets go of the rest. */
async function beginningOf(body: AsyncIterable<Uint8Array>, max: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    size += chunk.length
    if (size >= max) break
  }
  return Buffer.concat(chunks).subarray(0, max).toString('utf8')
}

function lookupAll(hostname: string): Promise<readonly LookupAddress[]> {
  return systemLookup(hostname, { all: true })
}

/** A message as a mail transport takes it. */
export interface Mail {
  readonly from: MailAddress
  readonly to: MailAddress[]
  readonly subject: string
  /** With its angle brackets. */
  readonly messageId: string
  readonly inReplyTo?: string
  readonly references?: string
  readonly text: string
  readonly html: string
  readonly date: Date
  readonly priority: 'high' | 'normal'
  readonly headers: Record<string, string>
  /** Nothing of a notice may make the transport read a file or an address. */
  readonly disableFileAccess: true
  readonly disableUrlAccess: true
  readonly signal: AbortSignal
}

/** A mailbox, and the name before it; empty for none. */
export interface MailAddress {
  readonly name: string
  readonly address: string
}

/** What sends mail: any transporter of nodemailer. Its answer may list recipients as `rejected`. */
export interface MailTransport {
  /** Resolves when a server has taken the mail for at least one recipient. */
  sendMail(mail: Mail): Promise<unknown>
}

/** A mail server, and how to talk to it. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte. */
  readonly secure: boolean
  /** Without TLS from the first byte: whether to refuse a server that offers none. */
  readonly requireTls: boolean
  readonly login?: { readonly user: string; readonly pass: string }
  readonly timeoutMs: number
}

/** Whether nodemailer is installed beside this package. */
export function hasNodemailer(): boolean {
  try {
    createRequire(import.meta.url).resolve('nodemailer')
    return true
  } catch {
    return false
  }
}

/** A transport that makes a connection for every message. */
export async function smtpTransport(server: SmtpServer): Promise<MailTransport> {
  const { host, port, secure, requireTls, login, timeoutMs } = server
  const { createTransport } = await import('nodemailer')
  return createTransport({
    host,
    port,
    secure,
    requireTLS: requireTls,
    ...(login !== undefined && { auth: login }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
  })
}
