import { z } from 'zod'
import { receiver } from './receiver.ts'

const key = z.string().length(32)
const dedup = z.string().min(1).max(255)

/** An event as the reference of the Events API v2 allows it. */
const event = z.discriminatedUnion('event_action', [
  z.strictObject({ routing_key: key, event_action: z.enum(['resolve', 'acknowledge']), dedup_key: dedup }),
  z.strictObject({
    routing_key: key,
    event_action: z.literal('trigger'),
    dedup_key: dedup.optional(),
    client: z.string().optional(),
    client_url: z.url().optional(),
    links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
    payload: z.strictObject({
      summary: z.string().min(1).max(1_024),
      source: z.string().min(1),
      severity: z.enum(['critical', 'error', 'warning', 'info']),
      timestamp: z.iso.datetime().optional(),
      component: z.string().optional(),
      group: z.string().optional(),
      class: z.string().optional(),
      custom_details: z.record(z.string(), z.unknown()).optional(),
    }),
  }),
])

/** An event that the simulated PagerDuty accepted. */
type PagerDutyEvent = z.infer<typeof event>

/** PagerDuty's ingestion on this machine: 202 for what it accepts, 400 with the faults for what it does not. */
export async function pagerDutyServer(routingKey: string) {
  const events: PagerDutyEvent[] = []
  const { url } = await receiver((response, { headers, body }) => {
    const parsed = event.safeParse(JSON.parse(body))
    const type = headers.get('content-type')
    const isTaken = parsed.success && parsed.data.routing_key === routingKey && type === 'application/json'
    if (!isTaken || body.length > 512 * 1_024) {
      return response.writeHead(400).end(JSON.stringify({ status: 'invalid event', errors: [body] }))
    }
    events.push(parsed.data)
    return response.writeHead(202).end(JSON.stringify({ status: 'success', dedup_key: parsed.data.dedup_key }))
  })
  return { url, events }
}
