import type { Anchor, AnchorSink } from '../ports/anchor-sink.ts'
import type { CallContext } from '../ports/context.ts'
import type { Checkpoint } from './checkpoint.ts'
import { type AnchorComparison, compareAnchor } from './compare-anchor.ts'
import { createFindings, type Findings } from './findings.ts'
import type { KeyChain } from './key-chain.ts'
import type { LogEpochs } from './log-epochs.ts'
import { readAnchor } from './read-anchor.ts'

/** What judges an anchor. */
export interface AnchorJudges {
  readonly keys: KeyChain
  readonly findings: Findings
  readonly epochs: LogEpochs
}

/** What the anchors of one origin came to. */
export interface OriginComparison {
  /** The first that speaks against the log, else the newest that the log is consistent with, else one that says nothing. */
  readonly said?: AnchorComparison
  readonly compared: number
  readonly consistent?: { readonly size: number; readonly at: number }
}

/** Goes along with a walk through a log, and compares it with every anchor of one origin in a sink. */
export interface FollowedOrigin {
  /** Size of the next anchor; infinite when there is none. */
  nextSize(): number
  /** Compares the anchors of that size with the root of the log there. */
  compare(root: Uint8Array | undefined): Promise<void>
  /** Ends where the log ends. `rootBefore` answers for what was not walked through. */
  end(entries: number, rootBefore: (size: number) => Promise<Uint8Array | undefined>): Promise<OriginComparison>
}

type Kept = { readonly anchor: Anchor; readonly checkpoint: Checkpoint }

const pageSize = 1_000

/** Begins with the anchors of at least `from` entries. What comes into the sink after `newest` is left alone: the log grows as well. */
export async function followOrigin(
  sink: AnchorSink,
  { origin, from, newest }: { readonly origin: string; readonly from: number; readonly newest: Anchor },
  judges: AnchorJudges,
  ctx: CallContext,
): Promise<FollowedOrigin> {
  const last = keptOf(newest, origin)
  const until = last?.checkpoint.size ?? Number.POSITIVE_INFINITY
  let waiting: readonly Kept[] = []
  let isMore = true
  let readFrom = from
  let compared = 0
  let consistent: OriginComparison['consistent']
  let good: AnchorComparison | undefined
  let bad: AnchorComparison | undefined
  let other: AnchorComparison | undefined
  await fill()

  async function fill(): Promise<void> {
    while (waiting.length === 0 && isMore) {
      const page = await sink.list({ origin, from: readFrom, limit: pageSize }, ctx)
      const kept = page.flatMap((anchor) => keptOf(anchor, origin) ?? []).filter((one) => sizeOf(one) >= readFrom)
      const largest = Math.max(readFrom, ...kept.map(sizeOf))
      // Of the largest size of a full page there may be more than it had room for: they are read again, with the next page.
      const isCut = page.length >= pageSize && largest > readFrom
      const whole = isCut ? kept.filter((one) => sizeOf(one) < largest) : kept
      waiting = whole.filter((one) => sizeOf(one) <= until).sort((left, right) => sizeOf(left) - sizeOf(right))
      readFrom = isCut ? largest : largest + 1
      // A sink may answer with fewer than were asked for, so that only an empty page is the last one.
      isMore = kept.length > 0 && readFrom <= until
      // What the sink itself called its newest counts, whether it lists it or not.
      if (kept.length === 0 && last !== undefined && readFrom <= until) waiting = [last]
    }
  }

  /** Whatever else speaks against the log says no more than the first. */
  function judge({ anchor, checkpoint }: Kept, entries: number, root: Uint8Array | undefined): void {
    const findings = bad === undefined ? judges.findings : createFindings()
    const said = compareAnchor({ checkpoint }, entries, root, { ...judges, findings })
    if (said.relation !== 'unusable') compared += 1
    switch (said.relation) {
      case 'consistent':
        good = said
        consistent = { size: said.size, at: anchor.at }
        break
      case 'fork':
      case 'behind':
        bad ??= said
        break
      case 'given-up':
      case 'unusable':
        other ??= said
    }
  }

  async function next(entries: number, root: Uint8Array | undefined): Promise<void> {
    const size = waiting[0]?.checkpoint.size
    for (const kept of waiting) if (kept.checkpoint.size === size) judge(kept, entries, root)
    waiting = waiting.filter(({ checkpoint }) => checkpoint.size !== size)
    await fill()
  }

  return {
    nextSize: () => waiting[0]?.checkpoint.size ?? Number.POSITIVE_INFINITY,
    compare: (root) => next(waiting[0]?.checkpoint.size ?? 0, root),
    async end(entries, rootBefore) {
      // Where the walk began behind the newest anchor, that one alone is looked at.
      if (last !== undefined && last.checkpoint.size < from) {
        judge(last, entries, await rootBefore(last.checkpoint.size))
      }
      while (waiting.length > 0) await next(entries, undefined)
      const said = bad ?? good ?? other
      return { compared, ...(said && { said }), ...(consistent && { consistent }) }
    },
  }
}

function sizeOf({ checkpoint }: Kept): number {
  return checkpoint.size
}

function keptOf(anchor: Anchor, origin: string): Kept | undefined {
  const read = readAnchor(anchor.note)
  if ('unusable' in read || read.checkpoint.origin !== origin) return undefined
  return { anchor, checkpoint: read.checkpoint }
}
