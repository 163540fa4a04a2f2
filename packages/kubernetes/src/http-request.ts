import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import { MendkitError } from '@mendkit/core'
import { noAnswer, type RequestIntent } from './api-failure.ts'
import type { Patience } from './patience.ts'

/** How to reach the API server for one request: address, trust and credentials, fresh for every request. */
export interface Connection {
  /** May have a path prefix. Never holds credentials. */
  readonly server: URL
  /** TLS material, agent and authorisation headers. */
  readonly options: https.RequestOptions
}

/** One HTTP request, sent once. */
export interface HttpRequest {
  readonly intent: RequestIntent
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  /** Path and query below the server's address. */
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** The head of an answer, with its body still to be read. */
export interface HttpAnswer {
  readonly status: number
  readonly retryAfterMs: number | undefined
  readonly body: http.IncomingMessage
}

/**
 * Sends one request and answers when the head of the reply has come. Aborting rejects with the caller's reason, as it is.
 *
 * Everything else rejects with a `MendkitError` that says whether the request can have reached the server: before the
 * connection (with TLS, its handshake) stands, nothing has been sent.
 */
export function sendRequest(connection: Connection, request: HttpRequest, patience: Patience): Promise<HttpAnswer> {
  patience.signal.throwIfAborted()
  const { server, options } = connection
  const secure = server.protocol === 'https:'
  let sent = false
  return new Promise<HttpAnswer>((resolve, reject) => {
    const outgoing = (secure ? https : http).request(
      {
        ...options,
        protocol: server.protocol,
        hostname: server.hostname.replace(/^\[|\]$/g, ''),
        port: server.port,
        method: request.method,
        path: server.pathname.replace(/\/$/, '') + request.path,
        headers: Object.assign({}, options.headers, request.headers, lengthOf(request.body)),
        signal: patience.signal,
      },
      (body) => {
        // A body that breaks while nobody reads it yet must not become an uncaught 'error' event.
        body.on('error', ignoreUntilRead)
        resolve({ status: body.statusCode ?? 0, retryAfterMs: retryAfter(body.headers['retry-after']), body })
      },
    )
    outgoing.on('socket', (socket: Socket) => {
      if (outgoing.reusedSocket || !socket.connecting) sent = true
      else socket.once(secure ? 'secureConnect' : 'connect', () => (sent = true))
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      reject(patience.failure(request.intent, sent) ?? connectionError(request.intent, server, error, sent))
    })
    outgoing.end(request.body)
  })
}

/** Node's own text names addresses and, for some proxies, credentials: only the code is told. */
function connectionError(intent: RequestIntent, server: URL, error: NodeJS.ErrnoException, sent: boolean): Error {
  const code = error.code ?? 'no code'
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ERR_TLS|ERR_SSL/.test(code)) {
    return new MendkitError(
      'config',
      `cannot ${intent.doing}: no trusted TLS connection to ${server.host} (${code}); check the certificates in the kubeconfig`,
    )
  }
  return noAnswer(
    intent,
    `${sent ? 'the connection to' : 'no connection to'} ${server.host} ${sent ? 'broke' : 'could be made'} (${code})`,
    sent,
  )
}

function ignoreUntilRead(): void {
  // The reader gets the same error from the stream's iterator.
}

function lengthOf(body: string | undefined): Record<string, string> {
  return body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }
}

function retryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const seconds = Number(header)
  // The API server sends whole seconds; a date would need this host's clock to be right.
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined
}
