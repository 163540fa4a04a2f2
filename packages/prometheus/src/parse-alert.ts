import type { AlertInput, AlertStatus } from '@mendkit/core'
import { z } from 'zod'
import { timestamp } from './timestamp.ts'

const text = z.string({ error: 'must be a text' })
const texts = z.record(z.string(), text, { error: 'must be an object of texts' })
const labels = texts.refine((found) => (found['alertname'] ?? '') !== '', {
  error: 'must be a non-empty text',
  path: ['alertname'],
})
const described = {
  labels,
  annotations: texts.optional(),
  generatorURL: text.optional(),
}

/** One alert of an Alertmanager webhook. */
export const webhookAlert = z
  .object({
    ...described,
    status: z.enum(['firing', 'resolved'], { error: 'must be "firing" or "resolved"' }),
    startsAt: timestamp.optional(),
    endsAt: timestamp.optional(),
  })
  // A firing alert's end is a guess of when to give up on it, so only a resolved one's counts.
  .transform((alert) =>
    alertInput(alert, alert.status, alert.startsAt, alert.status === 'resolved' ? alert.endsAt : undefined),
  )

const names = z.array(z.string()).default([])

/** One alert of Alertmanager's `/api/v2/alerts`, with the receivers that it goes to. */
export const apiAlert = z
  .object({
    ...described,
    startsAt: timestamp,
    receivers: z.array(z.object({ name: z.string() })).default([]),
    status: z.object({ state: z.string(), silencedBy: names, inhibitedBy: names, mutedBy: names }),
  })
  .transform(({ status, receivers, ...alert }) => {
    const muters = [...status.silencedBy, ...status.inhibitedBy, ...status.mutedBy]
    const isSuppressed = status.state === 'suppressed' || muters.length > 0
    const input = alertInput(alert, isSuppressed ? 'suppressed' : 'firing', alert.startsAt)
    return { input, receivers: receivers.map((receiver) => receiver.name) }
  })

/** An alert of Alertmanager's API. */
export type ApiAlert = z.infer<typeof apiAlert>

/** One alert of Prometheus' own `/api/v1/alerts`; undefined while it is only pending. */
export const prometheusAlert = z
  .object({ ...described, state: z.string(), activeAt: timestamp })
  .transform((alert) => (alert.state === 'firing' ? alertInput(alert, 'firing', alert.activeAt) : undefined))

type Described = z.infer<z.ZodObject<typeof described>>

function alertInput(from: Described, status: AlertStatus, startsAt?: string, endsAt?: string): AlertInput {
  const { labels, annotations, generatorURL } = from
  return {
    labels,
    status,
    ...(annotations === undefined ? {} : { annotations }),
    ...(startsAt === undefined ? {} : { startsAt }),
    ...(endsAt === undefined ? {} : { endsAt }),
    ...(generatorURL === undefined || generatorURL === '' ? {} : { generatorUrl: generatorURL }),
  }
}
