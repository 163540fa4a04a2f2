import type { Notice } from '../model/notice.ts'
import type { CallContext } from './context.ts'

/** What a receiver said about a notice that it took. */
export interface NoticeReceipt {
  /**
   * Where later notices of the same incident should be added: they bring it back in `threads`. At most 512 characters on one
   * line that the redactor leaves as they are; the engine keeps it and never reads it.
   */
  readonly thread?: string
}

/** Brings notices to people, at least once; `dedupeKey` lets a receiver drop the second. */
export interface Notifier {
  readonly spec: 1
  readonly id: string
  /** False for one that only writes a log. Autonomy above suggest needs one that reaches people. */
  readonly reachesPeople: boolean
  /**
   * Resolves when the receiver has taken the notice. A `MendkitError` with the code `rejected`, `invalid`, `not-found`,
   * `forbidden`, `config` or `unsupported` is a refusal: final for this notice. After anything else, `unavailable` and errors
   * of other kinds alike, it is called again later, up to `settings.notices.maxAttempts` times. A receipt that is not
   * well-formed is logged and left out, and the notice counts as taken.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: most have nothing to answer, and end without a return.
  send(notice: Notice, ctx: CallContext): Promise<NoticeReceipt | void>
}
