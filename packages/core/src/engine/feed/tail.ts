import { MendkitError } from '../../errors.ts'
import type { EventType, MendkitEvent } from '../../model/event.ts'
import { noLongerNeeded } from '../../no-longer-needed.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { describeFailure } from '../failure.ts'
import type { Parts } from '../parts.ts'
import type { Bell } from './bell.ts'
import { readEvents } from './read-events.ts'

/** Entries read at once; all that a reader ever holds in memory. */
const pageSize = 200

/** What to follow. */
export interface WatchOptions {
  /**
   * The cursor: `seq` of the last entry that was already seen, as in `Last-Event-ID`. Entries count from 0, so `-1` gives
   * the whole log and `0` all but its first entry. Absent: only entries that are written from now on.
   */
  readonly after?: number
  /** Only these types. @default all */
  readonly types?: readonly EventType[]
  /** Only entries about this incident. @default all */
  readonly incidentId?: string
  /** Ends the iteration quietly. Absent: leaving the loop ends it. */
  readonly signal?: AbortSignal
}

/** What a tail needs beside the options. */
export interface TailStart {
  readonly parts: Parts
  readonly bell: Bell
  readonly tenant: string
  /** Answers the number of the first entry to read, once the store is open. */
  readonly from: (ctx: CallContext) => Promise<number>
}

/**
 * Follows a tenant's log: yields what is there, then waits for a ring, or for `settings.engine.sweepMs` to see what other
 * processes wrote. It reads the next page only when the last was taken, so a slow consumer slows only itself. While the
 * store is away it tries again every sweep; any other failure is thrown. Ends quietly when `signal` aborts.
 */
export async function* tail(
  start: TailStart,
  options: Pick<WatchOptions, 'types' | 'incidentId'>,
  signal: AbortSignal,
): AsyncGenerator<MendkitEvent, undefined> {
  const { parts, bell, tenant } = start
  const ctx: CallContext = { signal, log: parts.log }
  let rung = Promise.withResolvers<void>()
  const stopListening = bell.listen(tenant, () => rung.resolve())
  try {
    for (let next = await patiently(parts, ctx, () => start.from(ctx)); ; ) {
      rung = Promise.withResolvers<void>()
      const query = { ...options, tenant, from: next, limit: pageSize }
      const page = await patiently(parts, ctx, () => readEvents(parts.store, query, ctx))
      for (const event of page.events) {
        yield event
        if (signal.aborted) return
      }
      next = page.next
      if (page.atEnd) await waitFor(parts, rung.promise, ctx)
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stopListening()
  }
}

/** A read that waits for the store to come back. */
async function patiently<Result>(parts: Parts, ctx: CallContext, read: () => Promise<Result>): Promise<Result> {
  for (;;) {
    ctx.signal.throwIfAborted()
    try {
      return await read()
    } catch (error) {
      if (ctx.signal.aborted || !MendkitError.is(error, 'unavailable')) throw error
      parts.metrics.count('mendkit_feed_read_failures_total')
      parts.log.warn(describeFailure(message`the live feed waits for the store`, error))
      await parts.clock.sleep(parts.settings.engine.sweepMs, ctx.signal)
    }
  }
}

async function waitFor(parts: Parts, rung: Promise<void>, ctx: CallContext): Promise<void> {
  const sleeper = new AbortController()
  const stop = () => sleeper.abort(ctx.signal.reason)
  ctx.signal.addEventListener('abort', stop, { once: true })
  try {
    ctx.signal.throwIfAborted()
    await Promise.race([rung, parts.clock.sleep(parts.settings.engine.sweepMs, sleeper.signal)])
  } finally {
    ctx.signal.removeEventListener('abort', stop)
    sleeper.abort(noLongerNeeded)
  }
}
