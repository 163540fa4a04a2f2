import { createHash } from 'node:crypto'
import type { Notice } from '@mendkit/core'
import { z } from 'zod'

/** Body of a webhook: what a receiver gets, and nothing of how it is delivered. */
export const noticeMessage = z.object({
  type: z.literal('mendkit.notice'),
  /** When the notice was written, ISO 8601. */
  timestamp: z.string(),
  data: z.object({
    id: z.string(),
    tenant: z.string(),
    incidentId: z.string(),
    urgency: z.enum(['page', 'ask', 'info']),
    /** Equal for the same matter within a tenant. */
    dedupeKey: z.string(),
    title: z.string(),
    body: z.string(),
    /** Where the incident stands from this notice on; absent in a notice about the engine itself. */
    phase: z.string().optional(),
    /** Which page of its escalation policy it is; tiers and rounds count from 1. */
    page: z.object({ policy: z.string(), tier: z.int(), tiers: z.int(), round: z.int(), rounds: z.int() }).optional(),
    /** Who has taken the incident over that people were paged about. */
    acknowledgedBy: z.string().optional(),
    approvalId: z.string().optional(),
    /** The difference that the approval shows. */
    diff: z.string().optional(),
  }),
})

/** A notice as a receiver gets it. */
export type NoticeMessage = z.infer<typeof noticeMessage>

/** The message of a notice: the same bytes at every attempt. */
export function messageOf(notice: Notice): NoticeMessage {
  const { id, tenant, incidentId, urgency, dedupeKey, title, body, phase, page, acknowledgedBy, approvalId, diff } =
    notice
  // What is absent falls away when it is written as JSON.
  const data = {
    id,
    tenant,
    incidentId,
    urgency,
    dedupeKey,
    title,
    body,
    phase,
    page,
    acknowledgedBy,
    approvalId,
    diff,
  }
  return { type: 'mendkit.notice', timestamp: new Date(notice.at).toISOString(), data }
}

/** One id per matter, equal at every attempt and for every notice with the same `dedupeKey` of a tenant. */
export function messageId({ tenant, dedupeKey }: Pick<Notice, 'tenant' | 'dedupeKey'>): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, dedupeKey]), 'utf8')
    .digest('hex')
  return `msg_${digest.slice(0, 32)}`
}
