import Anthropic from '@anthropic-ai/sdk'

/** A client that the host made: of `@anthropic-ai/sdk`, or of Anthropic's packages for Bedrock, Vertex AI and Foundry. */
export type HostAnthropicClient = Pick<Anthropic, 'apiKey' | 'authToken'> & {
  readonly messages: Pick<Anthropic['messages'], 'create'>
}

/** How the client is made when the host gives none. */
export interface AnthropicConnection {
  readonly apiKey: string
  readonly baseURL: string | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
}

/** The vendor's words for a request, so that no other file imports its package. */
export type MessagesRequest = Omit<Anthropic.MessageCreateParamsStreaming, 'stream'>
/** One turn of a conversation. */
export type MessageParam = Anthropic.MessageParam
/** One piece of a turn. */
export type ContentBlockParam = Anthropic.ContentBlockParam
/** A tool on offer. */
export type ToolParam = Anthropic.Tool
/** A mark up to which a prompt is cached. */
export type CacheControl = Anthropic.CacheControlEphemeral

/** A reply that has begun to come in. */
export interface MessageStream {
  readonly requestId: string | undefined
  readonly contentType: string
  /** Untrusted. Ends early, without an error, when the signal fires or the connection is closed in an orderly way. */
  readonly events: AsyncIterable<unknown>
}

/** The one call that a model needs. It rejects with whatever the vendor's client throws. */
export interface MessagesClient {
  stream(request: MessagesRequest, signal: AbortSignal): Promise<MessageStream>
  /** What must stand in no error. */
  readonly secrets: readonly string[]
}

/** Calls once: trying again is for the wrappers around a model. */
export function messagesClient(
  given: HostAnthropicClient | undefined,
  connection: AnthropicConnection,
): MessagesClient {
  const client = given ?? makeClient(connection)
  const secrets = [client.apiKey, client.authToken, ...Object.values(connection.headers ?? {})]
  return {
    secrets: secrets.filter((secret) => typeof secret === 'string'),
    async stream(request, signal) {
      const call = client.messages.create(
        { ...request, stream: true },
        // A redirect would carry the key to wherever it leads.
        { signal, maxRetries: 0, fetchOptions: { redirect: 'manual' } },
      )
      const { data, response, request_id: requestId } = await call.withResponse()
      return {
        requestId: requestId ?? undefined,
        contentType: response.headers.get('content-type') ?? '',
        events: data,
      }
    },
  }
}

function makeClient({ apiKey, baseURL, headers }: AnthropicConnection): Anthropic {
  return new Anthropic({
    apiKey,
    maxRetries: 0,
    // It would print what it cannot parse, which nobody has redacted.
    logLevel: 'off',
    ...(baseURL !== undefined && { baseURL }),
    ...(headers !== undefined && { defaultHeaders: headers }),
  })
}
