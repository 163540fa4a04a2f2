import { z } from 'zod'

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
