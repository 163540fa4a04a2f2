import { type Logger, message, type Redacted, type RefusedAlert, silentLogger } from '@mendkit/core'
import type { AlertIntake } from './alert-intake.ts'
import type { FailureReply } from './webhook-reply.ts'

/** Tells the host what its webhook did not take. Every request and alert is counted; the log is spared a flood. */
export interface WebhookReport {
  /** Where the lines go. */
  readonly log: Logger
  /** A request that was answered with a failure; `because` where the host may know more than the sender. */
  failed(reply: FailureReply, because?: Redacted): void
  /** Alerts of one request that were not taken. */
  refused(alerts: readonly RefusedAlert[]): void
  /** Something else that a person should see; lines of one kind are spared together. */
  warn(kind: string, line: Redacted): void
}

/** After a line, further ones of its kind are only counted for so long. */
const quietMs = 60_000

/** Reports to the log given, else to the host's own. Kinds of lines are words of this package, so few are remembered. */
export function webhookReport(mendkit: AlertIntake, source: string, log: Logger | undefined): WebhookReport {
  const to = log ?? mendkit.log ?? silentLogger
  const kinds = new Map<string, { readonly at: number; sparedLines: number }>()

  function write(level: 'warn' | 'error', kind: string, line: Redacted): void {
    const last = kinds.get(kind)
    const now = performance.now()
    if (last !== undefined && now - last.at < quietMs) {
      last.sparedLines += 1
      return
    }
    kinds.set(kind, { at: now, sparedLines: 0 })
    const spared = last?.sparedLines ?? 0
    to[level](line, spared === 0 ? { source } : { source, sparedLines: spared })
  }

  return {
    log: to,
    failed(reply, because) {
      mendkit.recordRefusal?.({ source, because: String(reply.status) })
      const { status, body } = reply
      const level = status >= 500 ? 'error' : 'warn'
      write(level, String(status), message`a webhook of ${source} was not taken (${status}): ${because ?? body.error}`)
    },
    refused(alerts) {
      const [first] = alerts
      if (first === undefined) return
      const count = alerts.length
      write(
        'warn',
        'alerts',
        message`${source} sent ${count} alerts that were refused; first ${first.path} ${first.because}`,
      )
    },
    warn: (kind, line) => write('warn', kind, line),
  }
}
