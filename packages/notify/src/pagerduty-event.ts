import { createHash } from 'node:crypto'
import type { Notice } from '@mendkit/core'
import { messageId } from './notice-message.ts'
import { oneLine, within } from './words.ts'

/** Longest texts that the Events API takes; a whole event may have 512 KB. */
const maxSummary = 1_024
const maxIncidentId = 200

/** How bad PagerDuty takes something to be. */
export type PagerDutySeverity = 'critical' | 'error' | 'warning' | 'info'

/** An event of PagerDuty's Events API v2, without the routing key. */
export type PagerDutyEvent =
  | { readonly event_action: 'resolve' | 'acknowledge'; readonly dedup_key: string }
  | {
      readonly event_action: 'trigger'
      readonly dedup_key: string
      readonly client: 'Mendkit'
      readonly client_url?: string
      readonly links?: readonly { readonly href: string; readonly text: string }[]
      readonly payload: {
        readonly summary: string
        readonly source: string
        readonly severity: PagerDutySeverity
        /** ISO 8601. */
        readonly timestamp: string
        readonly class: Notice['urgency']
        readonly custom_details: Readonly<Record<string, string>>
      }
    }

/** Says that the incident of a notice is over. PagerDuty drops it when it was never told of the incident. */
export function resolveEvent(notice: Notice): PagerDutyEvent {
  return { event_action: 'resolve', dedup_key: dedupKey(notice) }
}

/** Says that somebody has the incident of a notice. PagerDuty drops it when it was never told of the incident. */
export function acknowledgeEvent(notice: Notice): PagerDutyEvent {
  return { event_action: 'acknowledge', dedup_key: dedupKey(notice) }
}

/** Opens an alert for the incident of a notice, or adds to the one that is open. */
export function triggerEvent(notice: Notice, severity: PagerDutySeverity, link: string | undefined): PagerDutyEvent {
  const { id, tenant, incidentId, urgency, title, body, phase, page, approvalId, diff } = notice
  const optional = {
    ...(phase !== undefined && { phase }),
    ...(page !== undefined && {
      escalation: `${page.policy}, tier ${page.tier} of ${page.tiers}, round ${page.round} of ${page.rounds}`,
    }),
    ...(approvalId !== undefined && { approval_id: approvalId }),
    ...(diff !== undefined && { diff }),
  }
  return {
    event_action: 'trigger',
    dedup_key: dedupKey(notice),
    client: 'Mendkit',
    ...(link !== undefined && { client_url: link, links: [{ href: link, text: 'Open in Mendkit' }] }),
    payload: {
      summary: within(oneLine(title) || `incident ${incidentId}`, maxSummary),
      source: `mendkit/${tenant}`,
      severity,
      timestamp: new Date(notice.at).toISOString(),
      class: urgency,
      custom_details: {
        body,
        incident_id: incidentId,
        tenant,
        notice_id: id,
        message_id: messageId(notice),
        ...optional,
      },
    },
  }
}

/** One key per incident, told apart by tenant also where two have incidents of the same id. At most 255 characters. */
function dedupKey({ tenant, incidentId }: Pick<Notice, 'tenant' | 'incidentId'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, incidentId]), 'utf8')
    .digest('hex')
  return `${incidentId.slice(0, maxIncidentId)}-${digest.slice(0, 32)}`
}
