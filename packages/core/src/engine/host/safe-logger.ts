import type { Redacted } from '../../model/redacted.ts'
import type { LogFields, Logger } from '../../ports/context.ts'
import { type HideKnown, hideIn } from '../../redact/hide-known.ts'
import type { Metrics } from '../metrics.ts'

/**
 * The host's logger, such that its failures disturb nothing: a closed pipe must not end a detector, a step or the run.
 * There is nowhere left to write about them, so they are counted. The host's
 * own secrets are taken out of every line.
 */
export function safeLogger(log: Logger, metrics: Pick<Metrics, 'count'>, hide?: HideKnown): Logger {
  const failed = () => metrics.count('mendkit_log_failures_total')
  const level = (name: keyof Logger) => (message: Redacted, fields?: LogFields) => {
    try {
      // A logger that is asynchronous against its port can reject, too.
      const written: unknown =
        hide === undefined ? log[name](message, fields) : log[name](hide.text(message), fields && hideIn(fields, hide))
      if (written instanceof Promise) written.catch(failed)
    } catch {
      failed()
    }
  }
  return { debug: level('debug'), info: level('info'), warn: level('warn'), error: level('error') }
}
