import type { Findings } from './findings.ts'
import type { KeyChain } from './key-chain.ts'
import type { LogEpochs } from './log-epochs.ts'
import type { ReadAnchor } from './read-anchor.ts'

/** A checkpoint that was kept outside the database, and how the log stands to it. */
export interface AnchorComparison {
  /** Entries that it speaks of; 0 when it cannot be read. */
  readonly size: number
  /**
   * `consistent`: the log begins with these very entries. `behind`: the log has fewer, so it was cut or an older backup was
   * restored. `fork`: its entries are others. `unusable`: it says nothing about this log, or the log has lost what to
   * compare it with, which is a finding of its own. `given-up`: it tells of entries that were lost, and when the log's origin
   * began anew it was said that they are.
   */
  readonly relation: 'consistent' | 'behind' | 'fork' | 'given-up' | 'unusable'
  readonly because: string
  /** Of one that is consistent: trusted keys of another name that co-signed it, and so vouch for the key that signs the log. */
  readonly cosignedBy?: readonly string[]
}

/** Compares an anchor with a log of so many entries, whose root at the anchor's size is `root`. */
export function compareAnchor(
  anchor: ReadAnchor,
  entries: number,
  root: Uint8Array | undefined,
  { keys, findings, epochs }: { readonly keys: KeyChain; readonly findings: Findings; readonly epochs: LogEpochs },
): AnchorComparison {
  if ('unusable' in anchor) return { size: 0, relation: 'unusable', because: anchor.unusable }
  const { checkpoint } = anchor
  const { size } = checkpoint
  if (!keys.knows(checkpoint)) {
    const because = `it is a checkpoint of ${checkpoint.origin}, signed by no key of this log that you trust`
    return { size, relation: 'unusable', because }
  }
  // Witnesses sign as well, under names of their own, and in any order.
  const signer = checkpoint.signatures.find(({ name }) => checkpoint.origin.startsWith(`${name}/`))
  const epoch = epochs.of(checkpoint, signer?.name ?? '')
  if (epoch === 'given-up') {
    const because = 'it tells of entries that were lost before the log began its origin anew, as the log itself says'
    return { size, relation: 'given-up', because }
  }
  if (epoch === 'unknown') {
    const because = 'it is of an origin from before the checkpoint that verification began from; verify from the start'
    return { size, relation: 'unusable', because }
  }
  if (epoch === 'lost') {
    const because = `an anchor tells of ${size} entries of an origin that the log left earlier, and nothing in the log says that they were lost`
    findings.add('behind-anchor', Math.min(size, entries), because)
    return { size, relation: 'behind', because }
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
    const cosignedBy = keys.cosigners(checkpoint)
    const said = { size, relation: 'consistent', because: `the log begins with its ${size} entries` } as const
    return { ...said, ...(cosignedBy.length > 0 && { cosignedBy }) }
  }
  const because = `the first ${size} entries of the log are not those that an anchor tells of`
  findings.add('fork', Math.max(0, size - 1), because)
  return { size, relation: 'fork', because }
}
