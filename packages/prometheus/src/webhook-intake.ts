import {
  type AlertBatch,
  type AlertInput,
  type IngestResult,
  MendkitError,
  message,
  type RefusedAlert,
} from '@mendkit/core'
import type { AlertIntake } from './alert-intake.ts'
import { type ConnectionOptions, openConnection } from './connection.ts'
import { webhookAlert } from './parse-alert.ts'
import { parseEach } from './parse-each.ts'
import type { WebhookBody } from './parse-webhook.ts'
import { quickWebhookRead } from './parse-webhook-alert.ts'
import { pullRest } from './truncated-group.ts'
import { refuse, taken, tryLater, type WebhookAnswer, type WebhookReply } from './webhook-reply.ts'
import type { WebhookReport } from './webhook-report.ts'

/** What the intake needs of the webhook's options. */
export interface WebhookIntakeOptions {
  readonly source: string
  readonly cluster?: string
  readonly tenant?: string
  readonly alertmanager?: ConnectionOptions
  readonly report: WebhookReport
}

/**
 * Brings the alerts of a webhook to `mendkit` and words the answer. What came is made durable first; only then is the rest
 * of a cut webhook pulled, so that a failing pull (503: send it again) loses nothing.
 */
export function webhookIntake(
  mendkit: AlertIntake,
  options: WebhookIntakeOptions,
): (body: WebhookBody, signal: AbortSignal) => Promise<WebhookReply> {
  const { source, cluster, tenant, report, alertmanager } = options
  const connection = alertmanager && openConnection('Alertmanager', alertmanager)

  async function ingest(told: Told, signal: AbortSignal): Promise<IngestResult> {
    if (told.alerts.length === 0 && told.unreadable === 0) return { accepted: 0, changed: 0, refused: [] }
    const batch = { source, complete: false, ...told, ...(cluster === undefined ? {} : { cluster }) }
    return await mendkit.ingest(batch, { signal, ...(tenant === undefined ? {} : { tenant }) })
  }

  /** The cut-off part of a webhook. */
  async function takeRest(body: WebhookBody, came: readonly AlertInput[], signal: AbortSignal): Promise<Rest> {
    const cut = `a webhook of ${source} lacks ${body.truncatedAlerts} alerts (\`max_alerts\`)`
    if (connection === undefined) {
      const warning = `${cut}: give \`alertmanager\`, or let alertmanagerDetector find them`
      report.warn('cut', message`${warning}`)
      return { ...nothing, warnings: [warning] }
    }
    // Before it is asked: what is told of an alert meanwhile is newer than the answer.
    const asOf = new Date().toISOString()
    const pulled = await orError(pullRest(connection, body, came, { signal, log: report.log }))
    if (MendkitError.is(pulled)) {
      const error = `the alerts that came were taken; ${cut}, and pulling them failed: ${pulled.message}`
      return { failure: tryLater({ error, hint: 'check `alertmanager` of the webhook' }, pulled.retryAfterMs) }
    }
    const { accepted, changed, refused } = await ingest(
      { asOf, delivery: 'read', alerts: pulled, unreadable: 0 },
      signal,
    )
    const warnings = refused.map(({ because }) => `a pulled alert was refused: ${because}`)
    if (pulled.length < body.truncatedAlerts) warnings.push(`${cut}, of which the API still lists ${pulled.length}`)
    for (const warning of warnings) report.warn('cut', message`${warning}`)
    return { accepted, changed, warnings }
  }

  return async (body, signal) => {
    const { good, indexes, bad } = parseEach(webhookAlert, body.alerts, 'alerts', quickWebhookRead())
    const told = { delivery: 'pushed', alerts: good, unreadable: bad.length } as const
    const came = await ingest({ ...told, asOf: new Date().toISOString() }, signal)
    const refused = [...bad, ...came.refused.map((one) => inPayload(one, indexes))]
    report.refused(refused)
    const [first] = refused
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

type Told = Required<Pick<AlertBatch, 'asOf' | 'delivery' | 'alerts' | 'unreadable'>>
type Rest = Omit<WebhookAnswer, 'refused'> | { readonly failure: WebhookReply }
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
