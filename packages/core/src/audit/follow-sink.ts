import type { Anchor, AnchorPlace, AnchorSink } from '../ports/anchor-sink.ts'
import type { CallContext } from '../ports/context.ts'
import { message } from '../redact/message.ts'
import type { Checkpoint } from './checkpoint.ts'
import type { AnchorComparison } from './compare-anchor.ts'
import type { Findings } from './findings.ts'
import type { KeyChain } from './key-chain.ts'
import { readAnchor } from './read-anchor.ts'

/** What a sink holds of a log, and how the log stands to it. */
export interface SinkComparison extends AnchorPlace, Pick<AnchorSink, 'keeps'> {
  readonly sink: string
  /**
   * As of one anchor; of several the worst. `none`: the sink holds nothing of this log. `unusable`: what it holds is signed by no
   * key that is trusted, or the log has lost what to compare it with.
   */
  readonly relation: AnchorComparison['relation'] | 'none'
  readonly because: string
  /** Anchors that were compared. */
  readonly anchors: number
  /** Entries that the newest anchor tells of with which the log is consistent; 0 when there is none. */
  readonly size: number
  /** When the sink took that one, ISO 8601. */
  readonly at?: string
  /** How long ago that was, in ms; given when the time is known. */
  readonly ageMs?: number
}

/** Goes along with a walk through a log, and compares it with every anchor of a sink. */
export interface FollowedSink {
  /** Size of the next anchor; infinite when there is none. */
  nextSize(): number
  /** Compares the anchors of that size with the root of the log there. */
  compare(root: Uint8Array | undefined): Promise<void>
  /** Ends where the log ends. `rootBefore` answers for what was not walked through. */
  end(entries: number, rootBefore: (size: number) => Promise<Uint8Array | undefined>): Promise<SinkComparison>
}

type Kept = { readonly anchor: Anchor; readonly checkpoint: Checkpoint }

const pageSize = 1_000

/** Begins with the anchors of at least `from` entries, of whichever origin the sink holds. What comes into the sink meanwhile is left alone. */
export async function followSink(
  sink: AnchorSink,
  {
    origins,
    from,
    now,
  }: { readonly origins: readonly string[]; readonly from: number; readonly now: number | undefined },
  { keys, findings }: { readonly keys: KeyChain; readonly findings: Findings },
  ctx: CallContext,
): Promise<FollowedSink> {
  const place = await sink.place(ctx)
  const newest = await newestOf(sink, origins, ctx)
  let waiting: readonly Kept[] = []
  let isMore = newest !== undefined
  let readFrom = from
  let compared = 0
  let unusable = 0
  let last: Kept | undefined
  let worst: Pick<SinkComparison, 'relation' | 'because'> | undefined
  await fill()

  async function fill(): Promise<void> {
    while (waiting.length === 0 && isMore && newest !== undefined) {
      const { origin } = newest.checkpoint
      const page = await sink.list({ origin, from: readFrom, limit: pageSize }, ctx)
      const kept = page.flatMap((anchor) => keptOf(anchor, origin) ?? [])
      unusable += page.length - kept.length
      waiting = kept.filter(
        ({ checkpoint }) => checkpoint.size >= readFrom && checkpoint.size <= newest.checkpoint.size,
      )
      readFrom = Math.max(readFrom, ...kept.map(({ checkpoint }) => checkpoint.size)) + 1
      isMore = page.length === pageSize && readFrom <= newest.checkpoint.size
    }
  }

  function judge(kept: Kept, root: Uint8Array | undefined): void {
    const { checkpoint } = kept
    if (!keys.knows(checkpoint) || root === undefined) {
      unusable += 1
      return
    }
    compared += 1
    if (Buffer.compare(root, checkpoint.root) === 0) {
      if (checkpoint.size >= (last?.checkpoint.size ?? 0)) last = kept
      return
    }
    if (worst !== undefined) return
    const because = message`the first ${checkpoint.size} entries of the log are not those that an anchor in ${sink.id} tells of`
    findings.add('fork', Math.max(0, checkpoint.size - 1), because)
    worst = { relation: 'fork', because }
  }

  function behind(entries: number): void {
    if (newest === undefined || newest.checkpoint.size <= entries || !keys.knows(newest.checkpoint)) return
    const because = message`an anchor in ${sink.id} tells of ${newest.checkpoint.size} entries, and the log holds ${entries}: the rest was cut, or an older backup was restored`
    findings.add('behind-anchor', entries, because)
    compared += 1
    worst ??= { relation: 'behind', because }
  }

  function said(): Pick<SinkComparison, 'relation' | 'because'> {
    if (worst !== undefined) return worst
    if (last !== undefined)
      return { relation: 'consistent', because: `the log begins with its ${last.checkpoint.size} entries` }
    if (newest === undefined) return { relation: 'none', because: 'it holds nothing of this log' }
    const because =
      'none of its anchors is signed by a key of this log that you trust, or the log has lost what they tell of'
    return { relation: 'unusable', because: `${because} (${unusable})` }
  }

  return {
    nextSize: () => waiting[0]?.checkpoint.size ?? Number.POSITIVE_INFINITY,
    async compare(root) {
      const size = waiting[0]?.checkpoint.size
      for (const kept of waiting) if (kept.checkpoint.size === size) judge(kept, root)
      waiting = waiting.filter(({ checkpoint }) => checkpoint.size !== size)
      await fill()
    },
    async end(entries, rootBefore) {
      // Where the walk began behind the newest anchor, that one alone is looked at.
      if (newest !== undefined && newest.checkpoint.size < from) judge(newest, await rootBefore(newest.checkpoint.size))
      behind(entries)
      const at = last?.anchor.at
      return {
        sink: sink.id,
        keeps: sink.keeps,
        ...place,
        ...said(),
        anchors: compared,
        size: last?.checkpoint.size ?? 0,
        ...(at !== undefined && { at: new Date(at).toISOString() }),
        ...(at !== undefined && now !== undefined && { ageMs: Math.max(0, now - at) }),
      }
    },
  }
}

async function newestOf(sink: AnchorSink, origins: readonly string[], ctx: CallContext): Promise<Kept | undefined> {
  for (const origin of origins) {
    const anchor = await sink.latest(origin, ctx)
    const kept = anchor && keptOf(anchor, origin)
    if (kept !== undefined) return kept
  }
  return undefined
}

function keptOf(anchor: Anchor, origin: string): Kept | undefined {
  const read = readAnchor(anchor.note)
  if ('unusable' in read || read.checkpoint.origin !== origin) return undefined
  return { anchor, checkpoint: read.checkpoint }
}
