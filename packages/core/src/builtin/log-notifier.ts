import type { Notice, Urgency } from '../model/notice.ts'
import type { Logger } from '../ports/context.ts'
import type { Notifier } from '../ports/notifier.ts'
import { message } from '../redact/message.ts'

const levels: Readonly<Record<Urgency, 'error' | 'warn' | 'info'>> = { page: 'error', ask: 'warn', info: 'info' }

/**
 * Writes notices to a log: pages as errors, questions as warnings. It reaches nobody who is not reading, so autonomy above
 * suggest needs another notifier.
 *
 * @param logger Where to write. Default: the logger of the engine that sends.
 */
export function logNotifier(logger?: Logger): Notifier {
  return {
    spec: 1,
    id: 'log',
    reachesPeople: false,
    async send(notice: Notice, ctx) {
      const { tenant, incidentId, dedupeKey, urgency, title, body } = notice
      const log = logger ?? ctx.log
      log[levels[urgency]](message`${title}: ${body}`, { tenant, incident: incidentId, dedupeKey, urgency })
    },
  }
}
