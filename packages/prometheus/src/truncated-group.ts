import type { AlertInput, CallContext } from '@mendkit/core'
import { listAlerts } from './alertmanager-api.ts'
import type { Connection } from './connection.ts'
import type { WebhookBody } from './parse-webhook.ts'

/**
 * What a cut webhook left out of its group, as the API lists it now. Everything is asked for and sorted out here, so that
 * nothing of the payload becomes part of a request; what went to other receivers or groups stays out. Resolved alerts are
 * not listed any more.
 */
export async function pullRest(
  connection: Connection,
  { receiver, groupLabels }: Pick<WebhookBody, 'receiver' | 'groupLabels'>,
  came: readonly AlertInput[],
  ctx: CallContext,
): Promise<readonly AlertInput[]> {
  const { alerts } = await listAlerts(connection, ctx)
  const known = new Set(came.map(labelsText))
  const wanted = Object.entries(groupLabels)
  return alerts
    .filter((alert) => alert.receivers.includes(receiver))
    .map((alert) => alert.input)
    .filter((alert) => wanted.every(([name, value]) => (alert.labels[name] ?? '') === value))
    .filter((alert) => !known.has(labelsText(alert)))
}

function labelsText({ labels }: AlertInput): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}
