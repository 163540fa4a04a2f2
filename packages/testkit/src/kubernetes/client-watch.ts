import { type CallContext, MendkitError } from '@mendkit/core'
import type { StoreChange } from './object-store.ts'
import { fieldMatcher, labelMatcher } from './selectors.ts'
import type { Perform, Server } from './server.ts'
import type { SimulatedClient, SimulatedSelection, SimulatedWatchEvent } from './shapes.ts'

/** A watcher that is further behind than this gets everything anew instead. */
const MAX_WAITING = 10_000

/** Follows objects until the signal aborts. Whatever heals by asking again is asked again. */
export async function* watchObjects(
  server: Server,
  selection: SimulatedSelection,
  list: SimulatedClient['list'],
  perform: Perform,
  context: CallContext,
): AsyncIterable<SimulatedWatchEvent> {
  const { signal } = context
  while (!signal.aborted) {
    const feed = openFeed(server, selection)
    try {
      const { items } = await list({ ...selection, atMost: Number.MAX_SAFE_INTEGER }, context)
      feed.know(items.map((item) => item.metadata.uid))
      yield { type: 'reset', objects: items }
      const { apiVersion, kind, namespace } = selection
      const target = { apiVersion, kind, namespace }
      await perform({ verb: 'watch', access: 'watch', target }, context, () => ({ result: undefined }))
      for (let event = await feed.next(signal); event !== undefined; event = await feed.next(signal)) yield event
    } catch (error) {
      if (signal.aborted) return
      const heals = MendkitError.is(error, 'unavailable') || (MendkitError.is(error) && error.status === 410)
      if (!heals) throw error
    } finally {
      feed.close()
    }
  }
}

interface Feed {
  /** Objects that the watcher has been told of. */
  know(uids: readonly string[]): void
  /** `undefined` when the feed has ended: aborted, or too far behind. */
  next(signal: AbortSignal): Promise<SimulatedWatchEvent | undefined>
  close(): void
}

function openFeed(server: Server, selection: SimulatedSelection): Feed {
  const byLabels = labelMatcher(selection.labelSelector)
  const byFields = fieldMatcher(selection.fieldSelector)
  const known = new Set<string>()
  let waiting: SimulatedWatchEvent[] = []
  let overrun = false
  let wake: (() => void) | undefined

  const stop = server.world.store.onChange((change) => {
    const event = eventFor(change)
    if (event === undefined || overrun) return
    waiting.push(event)
    overrun = waiting.length > MAX_WAITING
    if (overrun) waiting = []
    wake?.()
  })

  /** An object that no longer fits the selection is gone for its watcher, as on a real API server. */
  function eventFor({ type, object }: StoreChange): SimulatedWatchEvent | undefined {
    const { apiVersion, kind, metadata } = object
    if (apiVersion !== selection.apiVersion || kind !== selection.kind) return undefined
    if (selection.namespace !== undefined && metadata.namespace !== selection.namespace) return undefined
    const fits = type !== 'deleted' && byLabels(metadata.labels) && byFields(object)
    if (!fits) return known.delete(metadata.uid) ? { type: 'deleted', object } : undefined
    if (known.has(metadata.uid)) return { type: 'modified', object }
    known.add(metadata.uid)
    return { type: 'added', object }
  }

  return {
    know(uids) {
      // What changed before the list was answered is in the list.
      waiting = []
      known.clear()
      for (const uid of uids) known.add(uid)
    },
    async next(signal) {
      while (waiting.length === 0 && !overrun && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve
          signal.addEventListener('abort', () => resolve(), { once: true })
        })
      }
      return signal.aborted ? undefined : waiting.shift()
    },
    close: stop,
  }
}
