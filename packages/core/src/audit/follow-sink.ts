import { MendkitError } from '../errors.ts'
import type { AuditCheckpoint } from '../model/audit-entry.ts'
import type { Anchor, AnchorPlace, AnchorSink } from '../ports/anchor-sink.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import type { AnchorComparison } from './compare-anchor.ts'
import { type AnchorJudges, type FollowedOrigin, followOrigin, type OriginComparison } from './follow-origin.ts'
import { epochOf, logOrigin } from './log-origin.ts'
import { readAnchor } from './read-anchor.ts'

/** What a sink holds of a log, and how the log stands to it. */
export interface SinkComparison extends AnchorPlace, Pick<AnchorSink, 'keeps'> {
  readonly sink: string
  /** As of one anchor; of several the worst. `none`: the sink holds nothing of this log. */
  readonly relation: AnchorComparison['relation'] | 'none'
  readonly because: string
  /** See `AnchorComparison`; of the newest anchor that the log is consistent with. */
  readonly cosignedBy?: readonly string[]
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
export interface FollowedSink extends Pick<FollowedOrigin, 'nextSize' | 'compare'> {
  end(...given: Parameters<FollowedOrigin['end']>): Promise<SinkComparison>
}

/** Where following begins. */
interface SinkStart {
  readonly tenant: string
  /** Names of the signers that are trusted. */
  readonly names: readonly string[]
  readonly from: number
  readonly now: number | undefined
}

/** Begins with the anchors of at least `from` entries, of all epochs that the log or the sink knows. */
export async function followSink(
  store: AuditStore,
  sink: AnchorSink,
  { tenant, names, from, now }: SinkStart,
  judges: AnchorJudges,
  ctx: CallContext,
): Promise<FollowedSink> {
  const place = await sink.place(ctx)
  const followed: FollowedOrigin[] = []
  for (const { origin, newest } of await originsIn(store, sink, tenant, names, ctx)) {
    followed.push(await followOrigin(sink, { origin, from, newest }, judges, ctx))
  }
  const nextSize = () => Math.min(...followed.map((each) => each.nextSize()))
  return {
    nextSize,
    async compare(root) {
      const size = nextSize()
      for (const each of followed) if (each.nextSize() === size) await each.compare(root)
    },
    async end(entries, rootBefore) {
      const ends: OriginComparison[] = []
      for (const each of followed) ends.push(await each.end(entries, rootBefore))
      const newest = ends.flatMap(({ consistent }) => consistent ?? []).sort((left, right) => right.size - left.size)[0]
      return {
        sink: sink.id,
        keeps: sink.keeps,
        ...place,
        ...worstOf(ends),
        anchors: ends.reduce((sum, { compared }) => sum + compared, 0),
        size: newest?.size ?? 0,
        ...(newest !== undefined && { at: new Date(newest.at).toISOString() }),
        ...(newest !== undefined && now !== undefined && { ageMs: Math.max(0, now - newest.at) }),
      }
    },
  }
}

const worstFirst = ['fork', 'behind', 'consistent', 'given-up', 'unusable'] as const

function worstOf(ends: readonly OriginComparison[]): Pick<SinkComparison, 'relation' | 'because' | 'cosignedBy'> {
  const said = ends.flatMap((end) => end.said ?? [])
  for (const relation of worstFirst) {
    const found = said.findLast((one) => one.relation === relation)
    const cosignedBy = found?.cosignedBy
    if (found !== undefined) return { relation, because: found.because, ...(cosignedBy && { cosignedBy }) }
  }
  return { relation: 'none', because: 'it holds nothing of this log' }
}

/** Epochs that are looked for, as the database says and beyond that as the sink says: neither must keep anybody busy. */
const maxEpochs = 100

/** The log may say that it has begun fewer epochs than there are anchors of, or more. */
async function originsIn(
  store: AuditStore,
  sink: AnchorSink,
  tenant: string,
  names: readonly string[],
  ctx: CallContext,
): Promise<readonly { readonly origin: string; readonly newest: Anchor }[]> {
  const last = await lastOrigin(store, tenant, ctx)
  const found: { origin: string; newest: Anchor }[] = []
  for (const name of names) {
    const said = Math.min(maxEpochs, epochOf(last, name, tenant) ?? 1)
    for (let epoch = 1; epoch <= said + maxEpochs; epoch += 1) {
      const origin = logOrigin(name, tenant, epoch)
      const newest = await sink.latest(origin, ctx)
      if (newest !== undefined) found.push({ origin, newest })
      else if (epoch > said) break
    }
  }
  return found
}

async function lastOrigin(store: AuditStore, tenant: string, ctx: CallContext): Promise<string> {
  let last: AuditCheckpoint | undefined
  try {
    last = await store.lastAuditCheckpoint(tenant, ctx)
  } catch (error) {
    // What is wrong with it the walk tells.
    if (!MendkitError.is(error, 'corrupt')) throw error
  }
  const read = last && readAnchor(last.note)
  return read === undefined || 'unusable' in read ? '' : read.checkpoint.origin
}
