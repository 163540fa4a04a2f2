import type { Notice } from '../../model/notice.ts'
import type { CallContext } from '../../ports/context.ts'
import { withTimeout } from '../call.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'

/** Notices of an incident that are read for their threads, oldest first: whoever gives one gives it early. */
const maxRead = 100
/** A notice does not wait longer for its thread. */
const patienceMs = 1_000

/**
 * The threads that notifiers gave earlier notices of the same incident, by notifier id, the latest of each. Empty, and
 * logged, when they cannot be read in time: a notice without a thread is better than none. Rejects only with the abort
 * reason.
 */
export async function threadsOf(parts: Parts, notice: Notice, ctx: CallContext): Promise<Notice['threads']> {
  const { tenant, incidentId } = notice
  const limit = { what: 'the threads of a notice', ms: patienceMs }
  try {
    const told = await withTimeout(parts, limit, ctx, (within) =>
      parts.store.list('notice', { tenant, incidentId, limit: maxRead }, within),
    )
    return Object.fromEntries(told.flatMap(({ threads }) => Object.entries(threads)))
  } catch (error) {
    ctx.signal.throwIfAborted()
    parts.log.warn(describeFailure(`notice ${notice.id} is sent without its thread`, error), { notice: notice.id })
    return {}
  }
}
