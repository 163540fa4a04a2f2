import { hash } from 'node:crypto'
import { MendkitError } from '../errors.ts'

/** Bytes of a hash. */
export const hashBytes = 32

/** A node of which every leaf is there: its height over the leaves, its place among the nodes of that height, its hash. */
export type CompleteNode = (height: number, index: number, hash: Uint8Array) => void

/** A tree (RFC 6962) that can only grow: the roots of the complete subtrees that it consists of, largest first. */
export interface GrowingTree {
  size: number
  readonly roots: Uint8Array[]
}

/** The hash of a leaf. */
export function leafHash(bytes: Uint8Array): Uint8Array {
  const leaf = Buffer.allocUnsafe(1 + bytes.length)
  leaf[0] = 0
  leaf.set(bytes, 1)
  return hash('sha256', leaf, 'buffer')
}

/** The hash of a node over its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = Buffer.allocUnsafe(1 + 2 * hashBytes)
  both[0] = 1
  both.set(left, 1)
  both.set(right, 1 + hashBytes)
  return hash('sha256', both, 'buffer')
}

/** Adds a leaf, and tells of every node that it completes. Throws `corrupt` for a tree with fewer roots than its size needs. */
export function addLeaf(tree: GrowingTree, leaf: Uint8Array, complete?: CompleteNode): void {
  let [index, height, at] = [tree.size, 0, leaf]
  complete?.(height, index, at)
  while (index % 2 === 1) {
    const left = tree.roots.pop()
    if (left === undefined) throw new MendkitError('corrupt', `a tree of ${tree.size} leaves lacks a subtree`)
    at = nodeHash(left, at)
    index = (index - 1) / 2
    height += 1
    complete?.(height, index, at)
  }
  tree.roots.push(at)
  tree.size += 1
}

/** The root of a tree; that of an empty one is the hash of nothing. */
export function rootOf({ roots }: GrowingTree): Uint8Array {
  const last = roots.at(-1)
  if (last === undefined) return hash('sha256', '', 'buffer')
  return roots.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}
