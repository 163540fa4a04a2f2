import type { Notice } from '../model/notice.ts'
import type { CallContext } from './context.ts'

/** Brings notices to people, at least once; `dedupeKey` lets a receiver drop the second. */
export interface Notifier {
  readonly spec: 1
  readonly id: string
  /** False for one that only writes a log. Autonomy above suggest needs one that reaches people. */
  readonly reachesPeople: boolean
  /** Throws `unavailable` to be called again later; any other error is final for this notice. */
  send(notice: Notice, ctx: CallContext): Promise<void>
}
