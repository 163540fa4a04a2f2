import { z } from 'zod'
import { areTexts, isPlain } from './plain.ts'

const texts = z.record(z.string(), z.string({ error: 'must be a text' }), { error: 'must be an object of texts' })

/**
 * What surrounds the alerts of a webhook. The alerts are read one by one afterwards.
 */
export const webhookBody = z.object(
  {
    version: z.literal('4', { error: 'must be "4", the only version of Alertmanager\'s webhook that is understood' }),
    receiver: z.string({ error: 'must be a text' }).default(''),
    groupLabels: texts.default({}),
    truncatedAlerts: z.number({ error: 'must be a number' }).int().min(0).default(0),
    // Not `z.array`, which costs something per item, although it looks at none.
    alerts: z.custom<readonly unknown[]>((value) => Array.isArray(value), 'must be a list of alerts'),
  },
  { error: 'must be an object' },
)

/** A webhook's payload. */
export type WebhookBody = z.infer<typeof webhookBody>

/** Reads a plain payload as `webhookBody` does, at a fraction of its cost; undefined when the schema must judge it. */
export function quickWebhookBody(payload: unknown): WebhookBody | undefined {
  if (!isPlain(payload)) return undefined
  const { version, receiver = '', groupLabels = {}, truncatedAlerts = 0, alerts } = payload
  if (version !== '4' || typeof receiver !== 'string' || !areTexts(groupLabels) || !Array.isArray(alerts))
    return undefined
  if (!Number.isSafeInteger(truncatedAlerts) || (truncatedAlerts as number) < 0) return undefined
  return { version, receiver, groupLabels, truncatedAlerts: truncatedAlerts as number, alerts }
}
