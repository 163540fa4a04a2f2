import type { SeenWebhook } from './receiver.ts'

/** What a receiver looks at of an event. */
interface SeenEvent {
  readonly raw_data: string
  readonly metadata: { readonly tenant_uid: string; readonly sequence: number; readonly uid: string }
}

/** The events of a request, in either format. */
export function eventsOf({ headers, body }: Pick<SeenWebhook, 'headers' | 'body'>): readonly SeenEvent[] {
  if (headers.get('content-type') === 'application/json') return JSON.parse(body) as SeenEvent[]
  return body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as SeenEvent)
}
