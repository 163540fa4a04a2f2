import OpenAI, { APIConnectionError, APIConnectionTimeoutError, APIError } from 'openai'
import { FailedCall, noAnswer, noProtocol } from './failed-call.ts'
import { parseFailure, requestIdOf } from './parse-failure.ts'

/** A client of the `openai` package that the host made: `OpenAI`, `AzureOpenAI`, or one that extends them. */
export type HostOpenaiClient = OpenAI

/** A request to the Responses API. */
export type ResponsesBody = OpenAI.Responses.ResponseCreateParamsStreaming
/** One item of its input. */
export type ResponsesInput = OpenAI.Responses.ResponseInputItem
/** A request for a chat completion. */
export type ChatBody = OpenAI.Chat.ChatCompletionCreateParamsStreaming
/** One message of it. */
export type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam

/** How the client is made when the host gives none. */
export interface OpenaiConnection {
  readonly apiKey: string | (() => Promise<string>) | undefined
  readonly baseURL: string
  readonly organization: string | undefined
  readonly project: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly fetch: typeof globalThis.fetch | undefined
}

/** What is asked, in the words of one of the two interfaces. */
export type WireBody =
  | { readonly api: 'responses'; readonly body: ResponsesBody }
  | { readonly api: 'chat'; readonly body: ChatBody }

/** A reply that has begun. */
export interface BegunReply {
  readonly requestId: string | undefined
  /** `text/event-stream`, unless something stands between; undefined when the server did not say. */
  readonly contentType: string | undefined
  /** As they come, parsed and not validated. Rejects with a `FailedCall`, or with the abort reason. */
  readonly events: AsyncIterable<unknown>
}

/** Sends one request and no second. Rejects with a `FailedCall`, or with the abort reason. */
export async function begin(client: OpenAI, asked: WireBody, signal: AbortSignal): Promise<BegunReply> {
  signal.throwIfAborted()
  // Retries and redirects are the caller's business, whatever the host's client does for others.
  const options = { signal, maxRetries: 0, fetchOptions: { redirect: 'manual' as const } }
  try {
    const begun = await (asked.api === 'responses'
      ? client.responses.create(asked.body, options).withResponse()
      : client.chat.completions.create(asked.body, options).withResponse())
    const { data, response } = begun
    return {
      requestId: requestIdOf(response.headers),
      contentType: response.headers.get('content-type') ?? undefined,
      events: eventsOf(data, signal),
    }
  } catch (thrown) {
    signal.throwIfAborted()
    throw failureOf(thrown)
  }
}

/** A client of the vendor's. It logs nothing: what it would log holds bytes of replies. */
export function makeClient({ apiKey, headers, fetch, ...connection }: OpenaiConnection): OpenAI {
  return new OpenAI({
    baseURL: connection.baseURL,
    // Absent options would be read from the environment.
    organization: connection.organization ?? null,
    project: connection.project ?? null,
    adminAPIKey: null,
    webhookSecret: null,
    apiKey: apiKey ?? 'no-key-is-sent',
    defaultHeaders: { ...(apiKey === undefined && { authorization: null }), ...headers },
    maxRetries: 0,
    logLevel: 'off',
    ...(fetch !== undefined && { fetch }),
  })
}

async function* eventsOf(events: AsyncIterable<unknown>, signal: AbortSignal) {
  try {
    yield* events
  } catch (thrown) {
    signal.throwIfAborted()
    throw failureOf(thrown)
  }
  // The vendor's stream ends quietly when it is aborted.
  signal.throwIfAborted()
}

/** What a message of the provider may repeat. A key that is fetched is known only after it was. */
export function secretsOf({ apiKey, adminAPIKey }: OpenAI): readonly string[] {
  return [apiKey, adminAPIKey].filter((key) => key !== null)
}

/** The vendor's errors hold headers and what `fetch` said: only what is known to be harmless is taken over. */
function failureOf(thrown: unknown): FailedCall {
  if (thrown instanceof APIConnectionTimeoutError) return noAnswer('no answer in time')
  if (thrown instanceof APIConnectionError) return noAnswer(systemCode(thrown))
  if (thrown instanceof APIError) return new FailedCall(parseFailure(thrown))
  if (thrown instanceof SyntaxError) return noProtocol('answers what is no JSON within its reply')
  return noAnswer(systemCode(thrown))
}

/** The first code such as `ECONNREFUSED` of an error or one of its causes. */
function systemCode(thrown: unknown): string | undefined {
  let current = thrown
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    const { code } = current as { code?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,40}$/.test(code)) return code
    current = current.cause
  }
  return undefined
}
