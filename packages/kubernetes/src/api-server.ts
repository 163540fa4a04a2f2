import { setTimeout as delay } from 'node:timers/promises'
import { type CallContext, type Json, MendkitError } from '@mendkit/core'
import manifest from '../package.json' with { type: 'json' }
import { apiFailure, badAnswer, type RequestIntent } from './api-failure.ts'
import { readLines, readText } from './http-body.ts'
import { type Connection, type HttpAnswer, sendRequest } from './http-request.ts'
import { type Patience, startPatience } from './patience.ts'

/** One call to the API server, in its own words. */
export interface ApiRequest {
  readonly intent: RequestIntent
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>> | undefined
  readonly body?: Json | undefined
  /** Must be given with a body: the API server reads a patch by it. */
  readonly contentType?: string | undefined
  /** Repeated on 429, 5xx and broken connections. Only for requests that store nothing. */
  readonly repeatable: boolean
  readonly executionId?: string | undefined
}

/** The API server as a thing that answers requests. */
export interface ApiServer {
  /** The server's address without path and credentials. */
  address(): Promise<string>
  json(request: ApiRequest, context: CallContext): Promise<unknown>
  text(request: ApiRequest, context: CallContext): Promise<string>
  /** Lines as they come. Ends with the server; fails as `unavailable` when nothing came for `idleMs`. */
  lines(request: ApiRequest, idleMs: number, context: CallContext): AsyncIterable<string>
}

/** What `apiServer` needs beside a way to connect. */
export interface ApiServerOptions {
  /** Address, trust and credentials for the next request. */
  connect(request: { readonly stores: boolean }): Promise<Connection>
  /** For one call with its repeats, in milliseconds. */
  readonly deadlineMs: number
  /** Wait before the first repeat, in milliseconds; doubled each time, with jitter. */
  readonly repeatDelayMs: number
}

const MAX_ATTEMPTS = 3

/** Sends requests with deadline, abort and repeats, and turns refusals into `MendkitError`s. */
export function apiServer(options: ApiServerOptions): ApiServer {
  async function open(request: ApiRequest, patience: Patience, context: CallContext): Promise<HttpAnswer> {
    const { intent, method } = request
    // A credential plugin is a process of its own, and can hang.
    const connection = await patience.await(options.connect({ stores: intent.stores }), intent)
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    const path = request.path + queryString(request.query)
    const answer = await sendRequest(
      connection,
      { intent, method, path, headers: headersFor(request, context), body },
      patience,
    )
    if (answer.status >= 200 && answer.status < 300) return answer
    throw apiFailure(intent, { ...answer, body: await readText(answer.body, intent, patience) })
  }

  async function repeated<T>(
    request: ApiRequest,
    context: CallContext,
    read: (answer: HttpAnswer, patience: Patience) => Promise<T>,
  ): Promise<T> {
    const patience = startPatience(context.signal, options.deadlineMs)
    try {
      for (let attempt = 1; ; attempt += 1) {
        try {
          return await read(await open(request, patience, context), patience)
        } catch (error) {
          const wait = waitBeforeRepeat(request, error, attempt, options.repeatDelayMs)
          if (wait === undefined || wait >= patience.left()) throw error
          await delay(wait, undefined, { signal: patience.signal }).catch((aborted: unknown) => {
            throw patience.failure(request.intent, false) ?? aborted
          })
        }
      }
    } finally {
      patience.end()
    }
  }

  return {
    address: async () => (await options.connect({ stores: false })).server.origin,
    json: (request, context) =>
      repeated(request, context, async (answer, patience) =>
        parseJson(await readText(answer.body, request.intent, patience), request.intent),
      ),
    text: (request, context) =>
      repeated(request, context, (answer, patience) => readText(answer.body, request.intent, patience)),
    async *lines(request, idleMs, context) {
      const patience = startPatience(context.signal, idleMs)
      try {
        const answer = await open(request, patience, context)
        for await (const line of readLines(answer.body, request.intent, patience)) {
          yield line
          patience.renew()
        }
      } finally {
        patience.end()
      }
    },
  }
}

function waitBeforeRepeat(request: ApiRequest, error: unknown, attempt: number, delayMs: number): number | undefined {
  if (!request.repeatable || attempt >= MAX_ATTEMPTS || !MendkitError.is(error, 'unavailable')) return undefined
  return error.retryAfterMs ?? delayMs * 2 ** (attempt - 1) * (0.5 + Math.random() / 2)
}

function headersFor(request: ApiRequest, context: CallContext): Record<string, string> {
  const { executionId, contentType } = request
  if (executionId !== undefined && !/^[\w.:-]{1,128}$/.test(executionId)) {
    throw new MendkitError('invalid', 'an execution id must be 1 to 128 letters, digits, or any of _ . : -', {
      path: 'executionId',
    })
  }
  const agent = `mendkit/${manifest.version}`
  return {
    Accept: 'application/json, */*',
    'User-Agent': executionId === undefined ? agent : `${agent} (execution ${executionId})`,
    ...(contentType === undefined ? {} : { 'Content-Type': contentType }),
    ...(context.trace === undefined ? {} : { traceparent: context.trace.traceparent }),
  }
}

function queryString(query: ApiRequest['query']): string {
  const given = Object.entries(query ?? {}).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return given.length === 0 ? '' : `?${new URLSearchParams(given)}`
}

function parseJson(text: string, intent: RequestIntent): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The parser's message quotes the text, which can hold anything.
    throw badAnswer(intent, 'the answer is not JSON')
  }
}
