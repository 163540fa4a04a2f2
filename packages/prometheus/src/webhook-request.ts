import { isDeeperThan } from './json-depth.ts'
import { readBytes } from './read-bytes.ts'
import { type FailureReply, refuse } from './webhook-reply.ts'

/** What a request may be at most. */
export interface RequestLimits {
  readonly maxBytes: number
  readonly maxDepth: number
  readonly isAllowed: (authorization: string | null) => boolean
}

/** The JSON value of a request, or the answer to a request that must not be looked at any further. */
export async function readWebhookRequest(
  request: Request,
  { maxBytes, maxDepth, isAllowed }: RequestLimits,
): Promise<{ readonly payload: unknown } | FailureReply> {
  if (request.method !== 'POST') {
    const failure = { error: `${request.method} is not taken here`, hint: 'send alerts with POST' }
    return refuse(405, failure, { allow: 'POST' })
  }
  if (!isAllowed(request.headers.get('authorization'))) {
    const hint = 'give the secret in `http_config` of the webhook receiver, as bearer credentials or basic password'
    return refuse(401, { error: 'the secret is missing or wrong', hint }, { 'www-authenticate': challenges })
  }
  const announced = Number(request.headers.get('content-length') ?? 0)
  const bytes = announced > maxBytes ? undefined : await readBytes(request.body, maxBytes)
  if (bytes === undefined) {
    const hint = 'set `max_alerts` in the webhook receiver, or raise `maxBytes`'
    return refuse(413, { error: `the body is longer than ${maxBytes} bytes`, hint })
  }
  if (isDeeperThan(bytes, maxDepth)) {
    return refuse(400, { error: `the body nests deeper than ${maxDepth}`, hint: 'send what Alertmanager sends' })
  }
  try {
    return { payload: JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) }
  } catch {
    return refuse(400, { error: 'the body is not JSON in UTF-8', hint: 'send what Alertmanager sends' })
  }
}

const challenges = 'Bearer realm="mendkit", Basic realm="mendkit", charset="UTF-8"'
