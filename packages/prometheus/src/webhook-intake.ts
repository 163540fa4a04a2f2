import {
  type AlertBatch,
  type AlertInput,
  type IngestResult,
  type Logger,
  MendkitError,
  message,
  type RefusedAlert,
} from '@mendkit/core'
import { type ConnectionOptions, nonEmpty, openConnection } from './connection.ts'
import { webhookAlert } from './parse-alert.ts'
import { parseEach } from './parse-each.ts'
import type { WebhookBody } from './parse-webhook.ts'
import { quickWebhookRead } from './parse-webhook-alert.ts'
import { pullRest } from './truncated-group.ts'
import { refuse, taken, tryLater, type WebhookAnswer } from './webhook-reply.ts'

/** Where a webhook brings its alerts: a Mendkit, or anything that takes batches as one does. */
export interface AlertIntake {
  /** Resolves when the batch is durable. */
  ingest(
    batch: AlertBatch,
    options?: { readonly tenant?: string; readonly signal?: AbortSignal },
  ): Promise<IngestResult>
}

/** What the intake needs of the webhook's options. */
export interface WebhookIntakeOptions {
  readonly source: string
  readonly cluster?: string
  readonly tenant?: string
  readonly alertmanager?: ConnectionOptions
  readonly log: Logger
}

/**
 * Brings the alerts of a webhook to `mendkit` and words the answer. What came is made durable first; only then is the rest
 * of a cut webhook pulled, so that a failing pull (503: send it again) loses nothing.
 */
export function webhookIntake(
  mendkit: AlertIntake,
  options: WebhookIntakeOptions,
): (body: WebhookBody, signal: AbortSignal) => Promise<Response> {
  const { cluster, tenant, log, alertmanager } = options
  const source = nonEmpty('source', options.source, 'one name per Alertmanager, the same for its webhook and its poll')
  const connection = alertmanager && openConnection('Alertmanager', alertmanager, 'alertmanager.url')

  async function ingest(alerts: readonly AlertInput[], signal: AbortSignal): Promise<IngestResult> {
    if (alerts.length === 0) return { accepted: 0, changed: 0, refused: [] }
    const asOf = new Date().toISOString()
    const batch = { source, complete: false, asOf, alerts, ...(cluster === undefined ? {} : { cluster }) }
    return await mendkit.ingest(batch, { signal, ...(tenant === undefined ? {} : { tenant }) })
  }

  /** The cut-off part of a webhook. */
  async function takeRest(body: WebhookBody, came: readonly AlertInput[], signal: AbortSignal): Promise<Rest> {
    const cut = `a webhook of ${source} lacks ${body.truncatedAlerts} alerts (\`max_alerts\`)`
    if (connection === undefined) {
      const warning = `${cut}: give \`alertmanager\`, or let alertmanagerDetector find them`
      log.warn(message`${warning}`)
      return { ...nothing, warnings: [warning] }
    }
    const pulled = await orError(pullRest(connection, body, came, { signal, log }))
    if (MendkitError.is(pulled)) {
      log.warn(message`${cut} that could not be pulled: ${pulled.message}`)
      const error = `the alerts that came were taken; ${cut}, and pulling them failed: ${pulled.message}`
      return { failure: tryLater({ error, hint: 'check `alertmanager` of the webhook' }, pulled.retryAfterMs) }
    }
    const { accepted, changed, refused } = await ingest(pulled, signal)
    const warnings = refused.map(({ because }) => `a pulled alert was refused: ${because}`)
    if (pulled.length < body.truncatedAlerts) warnings.push(`${cut}, of which the API still lists ${pulled.length}`)
    for (const warning of warnings) log.warn(message`${warning}`)
    return { accepted, changed, warnings }
  }

  return async (body, signal) => {
    const { good, indexes, bad } = parseEach(webhookAlert, body.alerts, 'alerts', quickWebhookRead())
    const came = await ingest(good, signal)
    const refused = [...bad, ...came.refused.map((one) => inPayload(one, indexes))]
    const [first] = refused
    if (first !== undefined) {
      log.warn(message`${source} sent ${refused.length} alerts that were refused; first ${first.path} ${first.because}`)
    }
    const rest = body.truncatedAlerts === 0 ? nothing : await takeRest(body, good, signal)
    if ('failure' in rest) return rest.failure
    const answer = {
      accepted: came.accepted + rest.accepted,
      changed: came.changed + rest.changed,
      refused,
      warnings: rest.warnings,
    }
    if (first === undefined || answer.accepted > 0) return taken(answer)
    const { path, because } = first
    return refuse(400, { error: `no alert could be taken; ${path} ${because}`, path, hint: 'correct the alert' })
  }
}

type Rest = Omit<WebhookAnswer, 'refused'> | { readonly failure: Response }
const nothing = { accepted: 0, changed: 0, warnings: [] }

async function orError<Value>(work: Promise<Value>): Promise<Value | MendkitError> {
  try {
    return await work
  } catch (error) {
    if (MendkitError.is(error)) return error
    throw error
  }
}

/** A refusal with index and path of the payload, where unreadable alerts still have their places. */
function inPayload({ index, path, because }: RefusedAlert, indexes: readonly number[]): RefusedAlert {
  const at = indexes[index] ?? index
  return { index: at, path: path.replace(/^alerts\[\d+\]/, `alerts[${at}]`), because }
}
