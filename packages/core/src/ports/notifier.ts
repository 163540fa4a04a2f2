import type { Notice } from '../model/notice.ts'
import type { CallContext } from './context.ts'

/** Brings notices to people, at least once; `dedupeKey` lets a receiver drop the second. */
export interface Notifier {
  readonly spec: 1
  readonly id: string
  /** False for one that only writes a log. Autonomy above suggest needs one that reaches people. */
  readonly reachesPeople: boolean
  /**
   * Resolves when the receiver has taken the notice. A `MendkitError` with the code `rejected`, `invalid`, `not-found`,
   * `forbidden`, `config` or `unsupported` is a refusal: final for this notice. After anything else, `unavailable` and errors
   * of other kinds alike, it is called again later, up to `settings.notices.maxAttempts` times.
   */
  send(notice: Notice, ctx: CallContext): Promise<void>
}
