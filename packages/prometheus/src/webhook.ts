import { errorText, type Logger, message, silentLogger } from '@mendkit/core'
import { atLeastOne, type ConnectionOptions } from './connection.ts'
import { issuePath } from './issue-path.ts'
import { webhookBody } from './parse-webhook.ts'
import { answerToFailure } from './webhook-failure.ts'
import { type AlertIntake, webhookIntake } from './webhook-intake.ts'
import { refuse } from './webhook-reply.ts'
import { readWebhookRequest } from './webhook-request.ts'
import { secretCheck } from './webhook-secret.ts'

/** Options of `alertmanagerWebhook`. */
export interface AlertmanagerWebhookOptions {
  /** Of at least 16 characters; Alertmanager sends it as bearer credentials or as basic password. */
  readonly secret: string
  /** Name of this Alertmanager: the same as its `alertmanagerDetector` is given. */
  readonly source: string
  /** Cluster of alerts without a `cluster` label. @default the only cluster that the integrations name */
  readonly cluster?: string
  /** @default 'default' */
  readonly tenant?: string
  /**
   * Alertmanager's API, asked for the rest when `max_alerts` cut a webhook. @default none: what was cut off waits for the
   * detector's next poll
   */
  readonly alertmanager?: ConnectionOptions
  /** Longest body in bytes. @default 5_242_880 (5 MiB) */
  readonly maxBytes?: number
  /** Deepest nesting of the body; Alertmanager sends 4. @default 16 */
  readonly maxDepth?: number
  /** Gets what could not be taken. @default the answer to Alertmanager is the only trace */
  readonly log?: Logger
}

/**
 * Takes Alertmanager's webhooks, as a web-standard handler that any HTTP framework can mount. Never rejects.
 *
 * Answers 200 when everything that can be taken is durable; the body lists what was refused. 400, 401, 405 and 413 say that
 * the same request would fail again; 503 asks Alertmanager to send it again, which is harmless, since the identity of an alert
 * makes doubles one. Throws `config` at once for wrong options.
 */
export function alertmanagerWebhook(
  mendkit: AlertIntake,
  options: AlertmanagerWebhookOptions,
): (request: Request) => Promise<Response> {
  const { log = silentLogger } = options
  const limits = {
    isAllowed: secretCheck(options.secret),
    maxBytes: atLeastOne('maxBytes', options.maxBytes ?? 5 * 1024 * 1024),
    maxDepth: atLeastOne('maxDepth', options.maxDepth ?? 16),
  }
  const take = webhookIntake(mendkit, { ...options, log })
  return async (request) => {
    try {
      const read = await readWebhookRequest(request, limits)
      if (!('payload' in read)) return read
      const body = webhookBody.safeParse(read.payload)
      if (body.success) return await take(body.data, request.signal)
      const [issue] = body.error.issues
      const path = issuePath(issue?.path ?? [])
      const error = `${path === '' ? 'the body' : path} ${issue?.message ?? 'cannot be read'}`
      return refuse(400, { error, path, hint: 'send what Alertmanager sends to a webhook receiver' })
    } catch (error) {
      log.error(message`a webhook of ${options.source} was not taken: ${errorText(error)}`)
      return answerToFailure(error)
    }
  }
}
