import { collectBytes, readBytes } from './read-bytes.ts'
import type { WebhookReply } from './webhook-reply.ts'
import type { WebhookRequest } from './webhook-request.ts'

/** What is used of a request of Node's own server (`IncomingMessage`). */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly headers: {
    readonly authorization?: string | undefined
    readonly 'content-length'?: string | undefined
  }
  /** The body, piece by piece. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array, unknown>
}

/** What is used of a response of Node's own server (`ServerResponse`). */
export interface NodeResponse {
  /** Sends status and headers. */
  writeHead(status: number, headers: Record<string, string | number>): unknown
  /** Sends the body and ends the answer. */
  end(body: string): unknown
  /** Tells once that the connection is gone. */
  once(event: 'close', listener: () => void): unknown
  readonly writableFinished: boolean
}

/** Answers a request; never rejects. */
type Handle = (request: WebhookRequest) => Promise<WebhookReply>

/** A handler of web-standard requests. */
export function webHandler(handle: Handle): (request: Request) => Promise<Response> {
  return async (request) => {
    const reply = await handle({
      method: request.method,
      authorization: request.headers.get('authorization'),
      contentLength: request.headers.get('content-length'),
      signal: request.signal,
      read: (maxBytes) => readBytes(request.body, maxBytes),
    })
    return reply.status === 200
      ? Response.json(reply.body)
      : Response.json(reply.body, { status: reply.status, headers: reply.headers })
  }
}

/** A handler for Node's own server. */
export function nodeHandler(handle: Handle): (request: NodeRequest, response: NodeResponse) => Promise<void> {
  return async (request, response) => {
    const gone = new AbortController()
    response.once('close', () => {
      if (!response.writableFinished) gone.abort()
    })
    const { authorization = null, 'content-length': contentLength = null } = request.headers
    const reply = await handle({
      method: request.method ?? '',
      authorization,
      contentLength,
      signal: gone.signal,
      read: (maxBytes) => collectBytes(request[Symbol.asyncIterator](), maxBytes),
    })
    const body = JSON.stringify(reply.body)
    response.writeHead(reply.status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      // What is left of a body that is not wanted is not waited for.
      ...(reply.status === 413 && { connection: 'close' }),
      ...(reply.status !== 200 && reply.headers),
    })
    response.end(body)
  }
}
