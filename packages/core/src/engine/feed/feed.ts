import { MendkitError } from '../../errors.ts'
import type { MendkitEvent } from '../../model/event.ts'
import type { CallContext } from '../../ports/context.ts'
import type { Parts } from '../parts.ts'
import { createBell } from './bell.ts'
import { createListeners, type Listeners } from './listeners.ts'
import { tail, type WatchOptions } from './tail.ts'

/** The live feed: a tail of the audit log. */
export interface Feed extends Listeners {
  /**
   * Call it when the store is open and before the first commit. Readers that came earlier begin here; resolves when each
   * has its place, so that they miss nothing that is written afterwards. A second call does nothing.
   */
  start(): Promise<void>
  /**
   * Yields the tenant's entries in order, each once, with their texts. The iteration throws `invalid` when `after` is no
   * cursor, or when the log has fewer entries than that; `corrupt` when the log does not read back.
   */
  watch(options: WatchOptions & { readonly tenant: string }): AsyncIterable<MendkitEvent>
  /** Tells readers in this process that entries were added. Cheap, never throws; a lost one costs a sweep. */
  nudge(tenant: string): void
  /** Ends every reader quietly. */
  close(): void
}

/** Makes the feed of one process. It reads nothing before `start`, and nothing while nobody reads or listens. */
export function createFeed(parts: Parts): Feed {
  const bell = createBell()
  const life = new AbortController()
  const opened = Promise.withResolvers<void>()
  const placing = new Set<Promise<unknown>>()
  let isOpen = false
  let readers = 0

  function countReader(by: 1 | -1): void {
    readers += by
    parts.metrics.gauge('mendkit_feed_readers', readers)
  }

  /**
   * Finds the first entry to read. With the store open it asks at once, in the same turn as `on` or the first `next`, so
   * that what the caller writes right afterwards is not missed.
   */
  async function place(tenant: string, after: number | undefined, ctx: CallContext): Promise<number> {
    if (!isOpen) await unlessAborted(opened.promise, ctx.signal)
    const { size } = await parts.store.auditHead(tenant, ctx)
    if (after === undefined) return size
    if (after <= size) return after + 1
    throw invalidCursor(`is ahead of the log, which has ${size} entries: start again with -1 or without a cursor`)
  }

  function watch(options: WatchOptions & { readonly tenant: string }): AsyncIterable<MendkitEvent> {
    return { [Symbol.asyncIterator]: () => iterate(options) }
  }

  function iterate(options: WatchOptions & { readonly tenant: string }): AsyncIterator<MendkitEvent> {
    const own = new AbortController()
    const events = follow(options, own)
    return {
      next: () => events.next(),
      // Without this, leaving a loop while an event is awaited would wait for that event.
      return() {
        own.abort()
        return events.return(undefined)
      },
    }
  }

  async function* follow(
    options: WatchOptions & { readonly tenant: string },
    own: AbortController,
  ): AsyncGenerator<MendkitEvent, undefined> {
    const { tenant, after, signal } = options
    if (after !== undefined && !(Number.isSafeInteger(after) && after >= -1)) {
      throw invalidCursor('must be a whole number, -1 or more')
    }
    const stop = () => own.abort()
    const sources = [life.signal, ...(signal === undefined ? [] : [signal])]
    for (const source of sources) source.addEventListener('abort', stop, { once: true })
    if (sources.some((source) => source.aborted)) stop()
    countReader(1)
    try {
      const from = (ctx: CallContext) => {
        const placed = place(tenant, after, ctx)
        placing.add(placed)
        return placed.finally(() => placing.delete(placed))
      }
      yield* tail({ parts, bell, tenant, from }, options, own.signal)
    } finally {
      countReader(-1)
      for (const source of sources) source.removeEventListener('abort', stop)
    }
  }

  return {
    async start() {
      isOpen = true
      opened.resolve()
      await Promise.allSettled(placing)
    },
    watch,
    nudge: (tenant) => bell.ring(tenant),
    close: () => life.abort(),
    ...createListeners(parts, watch, life.signal),
  }
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>()
  const stop = () => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    signal.throwIfAborted()
    await Promise.race([promise, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function invalidCursor(because: string): MendkitError {
  return new MendkitError('invalid', `the cursor \`after\` ${because}`, { path: 'after' })
}
