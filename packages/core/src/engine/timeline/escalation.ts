import type { EventData, MendkitEvent } from '../../model/event.ts'
import type { TimelineEscalation } from './shape.ts'

const answers: readonly EventData['command-given']['kind'][] = ['acknowledge', 'take-over', 'snooze', 'reassign']

/** Who was paged when, and who answered after how long, as the log tells it. */
export function timelineEscalation(events: readonly MendkitEvent[]): TimelineEscalation {
  const pages: TimelineEscalation['pages'][number][] = []
  const acknowledged: TimelineEscalation['acknowledged'][number][] = []
  let waitsSince: number | undefined
  for (const event of events) {
    const at = Date.parse(event.at)
    if (event.type === 'notice-queued' && event.data.urgency === 'page') {
      waitsSince ??= at
      const { notice, page, recipients } = event.data
      pages.push({ at: event.at, notice, ...(recipients && { recipients }), ...(page && { page }) })
    }
    if (waitsSince !== undefined && event.type === 'command-given' && answers.includes(event.data.kind)) {
      acknowledged.push({ at: event.at, by: event.data.to ?? event.actor.id, afterMs: Math.max(0, at - waitsSince) })
      waitsSince = undefined
    }
  }
  return { pages, acknowledged }
}
