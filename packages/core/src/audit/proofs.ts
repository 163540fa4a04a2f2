import { nodeHash } from './hash-tree.ts'
import { rangeRoot, type StoredNodes, splitOf } from './read-tiles.ts'

/** The hashes that lead from entry `seq` to the root of the first `size` entries (RFC 6962, 2.1.1). `seq` is below `size`. */
export async function inclusionProof(nodes: StoredNodes, seq: number, size: number): Promise<readonly Uint8Array[]> {
  const path: Uint8Array[] = []
  let [start, end] = [0, size]
  while (end - start > 1) {
    const middle = start + (splitOf(end - start) ?? (end - start) / 2)
    const isLeft = seq < middle
    path.push(await (isLeft ? rangeRoot(nodes, middle, end) : rangeRoot(nodes, start, middle)))
    if (isLeft) end = middle
    else start = middle
  }
  return path.reverse()
}

/** The root that a proof leads to from the hash of entry `seq` (RFC 9162, 2.1.3.2). */
export function provenRoot(leaf: Uint8Array, seq: number, size: number, path: readonly Uint8Array[]): Uint8Array {
  let [at, last, root] = [seq, size - 1, leaf]
  for (const hash of path) {
    // The last of its height with nothing beside it goes up as it is.
    while (at === last && at % 2 === 0 && at > 0) [at, last] = [at / 2, last / 2]
    root = at % 2 === 1 ? nodeHash(hash, root) : nodeHash(root, hash)
    at = Math.floor(at / 2)
    last = Math.floor(last / 2)
  }
  return root
}

/**
 * The hashes that show that the tree of `size` entries begins with that of `old` (RFC 6962, 2.1.2). `old` is from 1 to `size`;
 * equal sizes need no hash.
 */
export async function consistencyProof(nodes: StoredNodes, old: number, size: number): Promise<readonly Uint8Array[]> {
  const path: Uint8Array[] = []
  let [start, end] = [0, size]
  while (end > old) {
    const middle = start + (splitOf(end - start) ?? (end - start) / 2)
    const isLeft = old <= middle
    path.push(await (isLeft ? rangeRoot(nodes, middle, end) : rangeRoot(nodes, start, middle)))
    if (isLeft) end = middle
    else start = middle
  }
  // A subtree that is the whole old tree is known to whoever asks.
  if (start > 0) path.push(await rangeRoot(nodes, start, end))
  return path.reverse()
}
