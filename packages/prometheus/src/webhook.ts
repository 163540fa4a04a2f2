import { errorText, type Logger, MendkitError, readOptions } from '@mendkit/core'
import type { AlertIntake } from './alert-intake.ts'
import type { ConnectionOptions } from './connection.ts'
import { issuePath } from './issue-path.ts'
import { atLeastOne, connectionShape, logger, names, options as optionsOf, text } from './options.ts'
import { quickWebhookBody, webhookBody } from './parse-webhook.ts'
import { answerToFailure } from './webhook-failure.ts'
import { webhookIntake } from './webhook-intake.ts'
import { type FailureReply, refuse, type WebhookReply } from './webhook-reply.ts'
import { webhookReport } from './webhook-report.ts'
import { readWebhookRequest, type WebhookRequest } from './webhook-request.ts'
import { secretCheck, secretSchema } from './webhook-secret.ts'
import { type NodeRequest, type NodeResponse, nodeHandler, webHandler } from './webhook-servers.ts'

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
  /** Gets what could not be taken. @default the host's own log */
  readonly log?: Logger
}

/** Takes Alertmanager's webhooks. */
export interface AlertmanagerWebhook {
  /** For servers that speak web-standard requests. Never rejects. */
  (request: Request): Promise<Response>
  /**
   * For Node's own server: give it what `createServer` hands over. The same, without the cost of turning one kind of request
   * into the other. Nothing may have read the body before, so mount it in front of body parsers. Never rejects.
   */
  readonly node: (request: NodeRequest, response: NodeResponse) => Promise<void>
}

const webhookOptions = optionsOf({
  secret: secretSchema,
  source: text('one name per Alertmanager, the same for its webhook and its poll'),
  ...names,
  alertmanager: optionsOf(connectionShape).optional(),
  maxBytes: atLeastOne.optional(),
  maxDepth: atLeastOne.optional(),
  log: logger.optional(),
})

/**
 * Takes Alertmanager's webhooks, as a web-standard handler that any HTTP framework can mount. Never rejects.
 *
 * Answers 200 when everything that can be taken is durable; the body lists what was refused. 400, 401, 405 and 413 say that
 * the same request would fail again; 503 asks Alertmanager to send it again, which is harmless, since the identity of an alert
 * makes doubles one. Every failure and every refused alert is counted in `metrics()` and logged, at most one line a minute
 * of a kind.
 *
 * A webhook does not say when it was made. One that says that an alert fires, of an episode whose end is known already, is
 * taken for a late double and does not reopen it. Poll the same Alertmanager as well (`alertmanagerDetector`): the poll
 * reopens what does fire, and ends what a lost webhook left open.
 *
 * Throws `config` at once for wrong options.
 */
export function alertmanagerWebhook(mendkit: AlertIntake, options: AlertmanagerWebhookOptions): AlertmanagerWebhook {
  if (typeof mendkit?.ingest !== 'function') {
    const says = 'alertmanagerWebhook: mendkit: must be what createMendkit() returned, or have its `ingest`'
    throw new MendkitError('config', says, { path: 'mendkit' })
  }
  readOptions('alertmanagerWebhook', webhookOptions, options)
  const { secret, maxBytes = 5 * 1024 * 1024, maxDepth = 16 } = options
  const limits = { isAllowed: secretCheck(secret), maxBytes, maxDepth }
  const report = webhookReport(mendkit, options.source, options.log)
  const take = webhookIntake(mendkit, { ...options, report })

  async function replyTo(request: WebhookRequest): Promise<WebhookReply> {
    const read = await readWebhookRequest(request, limits)
    if (!('payload' in read)) return read
    const quick = quickWebhookBody(read.payload)
    if (quick !== undefined) return await take(quick, request.signal)
    const body = webhookBody.safeParse(read.payload)
    if (body.success) return await take(body.data, request.signal)
    const [issue] = body.error.issues
    const path = issuePath(issue?.path ?? [])
    const error = `${path === '' ? 'the body' : path} ${issue?.message ?? 'cannot be read'}`
    return refuse(400, { error, path, hint: 'send what Alertmanager sends to a webhook receiver' })
  }

  function failed(reply: FailureReply, error?: unknown): FailureReply {
    report.failed(reply, error === undefined ? undefined : errorText(error))
    return reply
  }

  async function handle(request: WebhookRequest): Promise<WebhookReply> {
    try {
      const reply = await replyTo(request)
      return reply.status === 200 ? reply : failed(reply)
    } catch (error) {
      return failed(answerToFailure(error), error)
    }
  }

  return Object.assign(webHandler(handle), { node: nodeHandler(handle) })
}
