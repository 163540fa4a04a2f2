import { isDeeperThan } from './json-depth.ts'
import { textOf } from './text-of.ts'
import { type FailureReply, refuse } from './webhook-reply.ts'

/** What a request may be at most. */
export interface RequestLimits {
  readonly maxBytes: number
  readonly maxDepth: number
  readonly isAllowed: (authorization: string | null) => boolean
}

/** A request as any server hands it over. */
export interface WebhookRequest {
  readonly method: string
  readonly authorization: string | null
  /** What the sender says that the body is long. */
  readonly contentLength: string | null
  /** Aborts when the sender is gone. */
  readonly signal: AbortSignal
  /** Reads the body; undefined when it is longer than this, and the rest is not read. */
  readonly read: (maxBytes: number) => Promise<Uint8Array | undefined>
}

/** The JSON value of a request, or the answer to a request that must not be looked at any further. */
export async function readWebhookRequest(
  request: WebhookRequest,
  { maxBytes, maxDepth, isAllowed }: RequestLimits,
): Promise<{ readonly payload: unknown } | FailureReply> {
  if (request.method !== 'POST') {
    const failure = { error: `${request.method} is not taken here`, hint: 'send alerts with POST' }
    return refuse(405, failure, { allow: 'POST' })
  }
  if (!isAllowed(request.authorization)) {
    const hint = 'give the secret in `http_config` of the webhook receiver, as bearer credentials or basic password'
    return refuse(401, { error: 'the secret is missing or wrong', hint }, { 'www-authenticate': challenges })
  }
  const bytes = Number(request.contentLength ?? 0) > maxBytes ? undefined : await request.read(maxBytes)
  if (bytes === undefined) {
    const hint = 'set `max_alerts` in the webhook receiver, or raise `maxBytes`'
    return refuse(413, { error: `the body is longer than ${maxBytes} bytes`, hint })
  }
  if (isDeeperThan(bytes, maxDepth)) {
    return refuse(400, { error: `the body nests deeper than ${maxDepth}`, hint: 'send what Alertmanager sends' })
  }
  try {
    return { payload: JSON.parse(textOf(bytes)) }
  } catch {
    return refuse(400, { error: 'the body is not JSON in UTF-8', hint: 'send what Alertmanager sends' })
  }
}

const challenges = 'Bearer realm="mendkit", Basic realm="mendkit", charset="UTF-8"'
