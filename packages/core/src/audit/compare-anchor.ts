import type { Findings } from './findings.ts'
import type { KeyChain } from './key-chain.ts'
import type { ReadAnchor } from './read-anchor.ts'

/** A checkpoint that was kept outside the database, and how the log stands to it. */
export interface AnchorComparison {
  /** Entries that it speaks of; 0 when it cannot be read. */
  readonly size: number
  /**
   * `consistent`: the log begins with these very entries. `behind`: the log has fewer, so it was cut or an older backup was
   * restored. `fork`: its entries are others. `unusable`: it says nothing about this log, or the log has lost what to
   * compare it with, which is a finding of its own.
   */
  readonly relation: 'consistent' | 'behind' | 'fork' | 'unusable'
  readonly because: string
}

/** Compares an anchor with a log of so many entries, whose root at the anchor's size is `root`. */
export function compareAnchor(
  anchor: ReadAnchor,
  entries: number,
  root: Uint8Array | undefined,
  keys: KeyChain,
  findings: Findings,
): AnchorComparison {
  if ('unusable' in anchor) return { size: 0, relation: 'unusable', because: anchor.unusable }
  const { checkpoint } = anchor
  const { size } = checkpoint
  if (!keys.knows(checkpoint)) {
    const because = `it is a checkpoint of ${checkpoint.origin}, signed by no key of this log that you trust`
    return { size, relation: 'unusable', because }
  }
  if (size > entries) {
    const because = `an anchor tells of ${size} entries, and the log holds ${entries}: the rest was cut, or an older backup was restored`
    findings.add('behind-anchor', entries, because)
    return { size, relation: 'behind', because }
  }
  if (root === undefined) {
    const because = 'what it speaks of is not all there: the log has lost entries or stored hashes'
    return { size, relation: 'unusable', because }
  }
  if (Buffer.compare(root, checkpoint.root) === 0) {
    return { size, relation: 'consistent', because: `the log begins with its ${size} entries` }
  }
  const because = `the first ${size} entries of the log are not those that an anchor tells of`
  findings.add('fork', Math.max(0, size - 1), because)
  return { size, relation: 'fork', because }
}
