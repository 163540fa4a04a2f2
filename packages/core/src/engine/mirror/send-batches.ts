import { MendkitError } from '../../errors.ts'
import type { CallContext } from '../../ports/context.ts'
import type { MirrorSink } from '../../ports/mirror-sink.ts'
import { message } from '../../redact/message.ts'
import { callPort } from '../call.ts'
import { describeFailure } from '../failure.ts'
import { readEntries } from '../feed/read-events.ts'
import type { Parts } from '../parts.ts'
import { type Cursor, type CursorKey, readCursor, writeCursor } from './cursor.ts'

/** Batches of one tenant before the next tenant has its turn. */
const batchesOfTurn = 10
/** Entries of a batch, unless the sink says otherwise. */
const defaultEntries = 100

/** Where one sink stands in one log after a turn. */
export interface Turn {
  /** Number of the first entry that was not sent. */
  readonly next: number
  /** Whether there is more to send at once. */
  readonly more: boolean
}

/** A sink, and the run that sends to it. */
export interface Sending {
  readonly parts: Parts
  readonly sink: MirrorSink
  /** Name of this run, among those of all hosts. */
  readonly owner: string
  readonly stopping: AbortSignal
}

/**
 * Sends some batches of a tenant's log, and stores after each how far it has come. While another host sends, it sends nothing.
 * `behind` is told of the first entry that waits before it is sent. Throws what the sink or the store throws.
 */
export async function sendBatches(
  sending: Sending,
  { tenant, size }: { readonly tenant: string; readonly size: number },
  behind: (next: number, since: string) => void,
  ctx: CallContext,
): Promise<Turn> {
  const { parts, sink, owner, stopping } = sending
  const key: CursorKey = { tenant, sink: sink.id }
  let cursor = await readCursor(parts, key, ctx)
  // The size may be older than the cursor that another host has moved.
  if (cursor.next > size && cursor.next > (await parts.store.auditHead(tenant, ctx)).size)
    throw ahead(key, cursor.next, size)
  for (let batch = 0; batch < batchesOfTurn && !stopping.aborted; batch += 1) {
    const limit = sink.maxEntries ?? defaultEntries
    const page = await readEntries(parts.store, { tenant, from: cursor.next, limit }, ctx)
    const [first] = page.entries
    if (first === undefined) return { next: cursor.next, more: false }
    behind(cursor.next, first.event.at)
    const held = await hold(sending, key, cursor, ctx)
    if (held === undefined) return { next: cursor.next, more: false }
    const { entries } = page
    try {
      await callPort(parts, `mirror ${sink.id}`, ctx, (within) => sink.write({ tenant, entries }, within))
    } catch (error) {
      await release(sending, key, held, ctx)
      throw error
    }
    parts.metrics.count('mendkit_mirror_entries_total', { sink: sink.id }, entries.length)
    const sent = page.atEnd ? { next: page.next, revision: held.revision } : { ...held, next: page.next }
    const stored = await writeCursor(parts, key, sent, ctx)
    // Another host sends from where this run was, because it took too long: what it sent comes again.
    if (stored === undefined) return { next: cursor.next, more: false }
    cursor = stored
    if (page.atEnd) return { next: cursor.next, more: false }
  }
  if (stopping.aborted && cursor.holder === owner) await release(sending, key, cursor, ctx)
  return { next: cursor.next, more: !stopping.aborted }
}

/** Lets another host try at once. One that cannot be told so waits until the hold is over. */
async function release({ parts, sink }: Sending, key: CursorKey, held: Cursor, ctx: CallContext): Promise<void> {
  try {
    await writeCursor(parts, key, { next: held.next, revision: held.revision }, ctx)
  } catch (error) {
    parts.log.debug(describeFailure(message`mirror ${sink.id} could not be handed to another host`, error))
  }
}

/** The cursor with this run as its holder, for longer than one call takes; undefined while another run holds it. */
async function hold(
  { parts, owner }: Sending,
  key: CursorKey,
  cursor: Cursor,
  ctx: CallContext,
): Promise<Cursor | undefined> {
  const now = await parts.store.now(ctx)
  const callMs = parts.settings.engine.portTimeoutMs
  const { holder, until = 0 } = cursor
  if (holder !== undefined && holder !== owner && until > now) return undefined
  if (holder === owner && until >= now + callMs) return cursor
  return writeCursor(parts, key, { ...cursor, holder: owner, until: now + 2 * callMs }, ctx)
}

function ahead({ tenant, sink }: CursorKey, next: number, size: number): MendkitError {
  const text = message`mirror ${sink} was sent ${next} entries of tenant ${tenant}, and the log has only ${size}: run audit.verify()`
  return new MendkitError('corrupt', text)
}
