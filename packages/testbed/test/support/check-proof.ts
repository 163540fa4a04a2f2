import { createHash } from 'node:crypto'

/** The hash of a leaf (RFC 6962). */
export function leafHashOf(bytes: Uint8Array): Buffer {
  return sha256(Uint8Array.of(0), bytes)
}

/** The root over the hashes of leaves, by the recursion that RFC 6962 (2.1) defines it with. */
export function rootOver(leaves: readonly Uint8Array[]): Buffer {
  const [only] = leaves
  if (only === undefined) return sha256()
  if (leaves.length === 1) return Buffer.from(only)
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  return nodeHashOf(rootOver(leaves.slice(0, split)), rootOver(leaves.slice(split)))
}

/** Whether a proof leads from a leaf to a root (RFC 9162, 2.1.3.2). */
export function includes(
  { index, size, root, leaf }: { index: number; size: number; root: Uint8Array; leaf: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (index < 0 || index >= size) return false
  let [at, last] = [index, size - 1]
  let hash: Uint8Array = leaf
  for (const other of path) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      hash = nodeHashOf(other, hash)
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      hash = nodeHashOf(hash, other)
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && Buffer.compare(hash, root) === 0
}

/** Whether a proof shows that one tree begins with another (RFC 9162, 2.1.4.2). */
export function growsFrom(
  old: { size: number; root: Uint8Array },
  now: { size: number; root: Uint8Array },
  path: readonly Uint8Array[],
): boolean {
  if (old.size > now.size) return false
  if (old.size === now.size) return path.length === 0 && Buffer.compare(old.root, now.root) === 0
  if (old.size === 0) return path.length === 0
  const isComplete = 2 ** Math.round(Math.log2(old.size)) === old.size
  const [first, ...rest] = isComplete ? [old.root, ...path] : path
  if (first === undefined) return false
  let [at, last] = [old.size - 1, now.size - 1]
  while (at % 2 === 1) [at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  let [before, after] = [first, first]
  for (const other of rest) {
    if (last === 0) return false
    if (at % 2 === 1 || at === last) {
      ;[before, after] = [nodeHashOf(other, before), nodeHashOf(other, after)]
      while (at % 2 === 0 && at !== 0) [at, last] = [at / 2, Math.floor(last / 2)]
    } else {
      after = nodeHashOf(after, other)
    }
    ;[at, last] = [Math.floor(at / 2), Math.floor(last / 2)]
  }
  return last === 0 && Buffer.compare(before, old.root) === 0 && Buffer.compare(after, now.root) === 0
}

function nodeHashOf(left: Uint8Array, right: Uint8Array): Buffer {
  return sha256(Uint8Array.of(1), left, right)
}

function sha256(...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
