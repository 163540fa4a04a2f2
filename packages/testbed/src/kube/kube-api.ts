import type { IncomingMessage } from 'node:http'
import { Agent, request as httpsRequest } from 'node:https'
import { MendkitError } from '@mendkit/core'
import type { z } from 'zod'

/** How to reach an API server, and as whom. */
export interface KubeApiOptions {
  readonly url: string
  readonly caPem: string
  /** A client certificate or a bearer token. */
  readonly credentials: { readonly certificatePem: string; readonly keyPem: string } | { readonly token: string }
  readonly userAgent: string
}

/** One request. */
export interface KubeRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path and query. */
  readonly path: string
  readonly body?: unknown
  /** @default 'application/json' */
  readonly contentType?: string
  /** In place of the client's own. */
  readonly userAgent?: string
  readonly signal?: AbortSignal
}

/** The whole answer, whatever its status. */
export interface KubeReply {
  readonly status: number
  readonly text: string
}

/** A small client of the Kubernetes API: JSON in, checked JSON out. */
export interface KubeApi {
  /** Sends a request and returns the answer whatever its status. Throws `unavailable` when there is no answer. */
  send(request: KubeRequest): Promise<KubeReply>
  /**
   * Sends a request and returns the checked body.
   *
   * Throws `not-found` for 404, `conflict` for 409, `forbidden` for 401 and 403, `unavailable` for 429 and 5xx, else
   * `rejected`, each with the server's words; `bad-response` when the body does not fit the schema.
   */
  call<T>(schema: z.ZodType<T>, request: KubeRequest): Promise<T>
  /** Opens a stream and yields its lines until it ends. */
  lines(request: KubeRequest): AsyncIterable<string>
  /** Closes idle connections. */
  close(): void
}

/** Makes a client. Nothing is sent before the first request. */
export function kubeApi(options: KubeApiOptions): KubeApi {
  const { credentials } = options
  const certificate = 'token' in credentials ? {} : { cert: credentials.certificatePem, key: credentials.keyPem }
  const agent = new Agent({ keepAlive: true, ca: options.caPem, ...certificate })

  function open(call: KubeRequest): Promise<IncomingMessage> {
    const body = call.body === undefined ? undefined : JSON.stringify(call.body)
    return new Promise((resolve, reject) => {
      const sent = httpsRequest(new URL(call.path, options.url), {
        agent,
        method: call.method ?? 'GET',
        headers: {
          accept: 'application/json',
          'user-agent': call.userAgent ?? options.userAgent,
          ...(body === undefined
            ? {}
            : {
                'content-type': call.contentType ?? 'application/json',
                // Node leaves it out for a DELETE, and the server then reads the body as the next request.
                'content-length': Buffer.byteLength(body),
              }),
          ...('token' in credentials ? { authorization: `Bearer ${credentials.token}` } : {}),
        },
        ...(call.signal ? { signal: call.signal } : {}),
      })
      sent.once('response', resolve)
      sent.once('error', (cause) => {
        // Cancelling is not an error of ours to rename.
        if (call.signal?.aborted) reject(cause)
        else reject(new MendkitError('unavailable', `${describe(call)}: no answer (${cause.message})`, { cause }))
      })
      sent.end(body)
    })
  }

  async function send(call: KubeRequest): Promise<KubeReply> {
    const reply = await open(call)
    let text = ''
    for await (const part of reply.setEncoding('utf8')) text += String(part)
    return { status: reply.statusCode ?? 0, text }
  }

  return {
    send,
    async call(schema, call) {
      const reply = await send(call)
      if (reply.status >= 300) throw refusal(call, reply)
      const parsed = schema.safeParse(JSON.parse(reply.text))
      if (parsed.success) return parsed.data
      throw new MendkitError('bad-response', `${describe(call)}: unexpected body`, { cause: parsed.error })
    },
    async *lines(call) {
      const reply = await open(call)
      if (reply.statusCode !== 200) {
        let text = ''
        for await (const part of reply.setEncoding('utf8')) text += String(part)
        throw refusal(call, { status: reply.statusCode ?? 0, text })
      }
      let rest = ''
      for await (const part of reply.setEncoding('utf8')) {
        const lines = (rest + String(part)).split('\n')
        rest = lines.pop() ?? ''
        yield* lines.filter((line) => line !== '')
      }
    },
    close: () => agent.destroy(),
  }
}

const codes = { 401: 'forbidden', 403: 'forbidden', 404: 'not-found', 409: 'conflict', 429: 'unavailable' } as const

function refusal(call: KubeRequest, reply: KubeReply): MendkitError {
  const known: (typeof codes)[keyof typeof codes] | undefined = codes[reply.status as keyof typeof codes]
  const code = known ?? (reply.status >= 500 ? 'unavailable' : 'rejected')
  return new MendkitError(code, `${describe(call)}: ${reply.status} ${reply.text}`, { status: reply.status })
}

function describe(call: KubeRequest): string {
  return `${call.method ?? 'GET'} ${call.path}`
}
