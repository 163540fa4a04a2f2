import type { Undo } from './undo.ts'

/** Entries that do not belong any more may outnumber those that did at the last sweep by this factor, plus the slack. */
const factor = 3
const slack = 10_000

/**
 * An index that holds at least what belongs to it, walked in order. Whether an entry belongs is asked when somebody
 * walks, so that a storm of them costs next to nothing, and what a change entered that was taken back is passed over.
 * When it holds 10,000 entries more than four times those that belonged at the last sweep, it is swept again.
 */
export class Candidates<Entry> {
  private readonly compare: (left: Entry, right: Entry) => number
  private readonly rowOf: (entry: Entry) => unknown
  private ordered: Entry[] = []
  private added: Entry[] = []
  private bound = slack
  /** Entries that were passed over since the last sweep. */
  private passed = 0

  /** `rowOf` answers what an entry stands for, the same for equal entries only; undefined while it does not belong. */
  constructor(compare: (left: Entry, right: Entry) => number, rowOf: (entry: Entry) => unknown) {
    this.compare = compare
    this.rowOf = rowOf
  }

  /** Entries that are held, whether they belong or not. */
  get size(): number {
    return this.ordered.length + this.added.length
  }

  /** Enters what belongs from now on, unless its change is taken back. Twice does no harm. */
  add(entry: Entry): void {
    this.added.push(entry)
    if (this.size > this.bound) this.sweep()
  }

  /** Notes that an entry belongs no more, unless its change is taken back. */
  leave(entry: Entry, undo: Undo): void {
    // A sweep may have dropped it. None may come now: what is taken back is taken back step by step, the rows last.
    undo.push(() => this.added.push(entry))
  }

  /** Entries that belong and stand after `after`, in order. Do not write while walking. */
  *walk(after?: Entry): Generator<Entry> {
    if (this.passed * 2 > this.ordered.length) this.sweep()
    this.settle()
    const { ordered } = this
    for (let at = after === undefined ? 0 : this.firstBehind(after); at < ordered.length; at += 1) {
      const entry = ordered[at] as Entry
      if (this.rowOf(entry) === undefined) this.passed += 1
      else yield entry
    }
  }

  /** Drops what does not belong, or stands there twice. Puts nothing in order: a storm that nobody walks is never sorted. */
  private sweep(): void {
    const seen = new Set<unknown>()
    const isKept = (entry: Entry): boolean => {
      const row = this.rowOf(entry)
      if (row === undefined || seen.has(row)) return false
      seen.add(row)
      return true
    }
    this.ordered = this.ordered.filter(isKept)
    this.added = this.added.filter(isKept)
    this.bound = this.size * (factor + 1) + slack
    this.passed = 0
  }

  /** Puts what was added into its place. */
  private settle(): void {
    if (this.added.length === 0) return
    const { compare } = this
    // What is in order already costs one comparison each.
    const all = this.ordered.concat(this.added.sort(compare)).sort(compare)
    this.ordered = all.filter((entry, index) => index === 0 || compare(all[index - 1] as Entry, entry) !== 0)
    this.added = []
  }

  /** Index of the first entry that stands after this one. */
  private firstBehind(after: Entry): number {
    let low = 0
    let high = this.ordered.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.compare(this.ordered[middle] as Entry, after) <= 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Compares texts by UTF-16 code unit. */
export function compareTexts(left: string, right: string): number {
  if (left === right) return 0
  return left < right ? -1 : 1
}
