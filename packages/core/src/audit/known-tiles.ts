import { hashBytes, nodeHash } from './hash-tree.ts'

/** Tiles that are kept, of 16 KiB each at most. */
const mostTiles = 128

/** The nodes over the hashes of a tile side by side, by height within it: first the hashes themselves. */
export type TileNodes = readonly Uint8Array[]

/**
 * Tiles that were read before, with the nodes over them, at most 128: beyond that the one that was not asked for longest is
 * read again. A log only grows, so that what a tile held it holds for good, unless its database was changed or restored.
 */
export interface KnownTiles {
  get(key: string): TileNodes | undefined
  /** Keeps a tile in place of what was known of it. */
  keep(key: string, nodes: TileNodes): void
  /** From now on every tile is read again. */
  forget(): void
}

/** Knows no tile yet. */
export function knownTiles(): KnownTiles {
  const tiles = new Map<string, TileNodes>()
  function keep(key: string, nodes: TileNodes): void {
    tiles.delete(key)
    tiles.set(key, nodes)
    const [oldest] = tiles.keys()
    if (tiles.size > mostTiles && oldest !== undefined) tiles.delete(oldest)
  }
  return {
    get(key) {
      const nodes = tiles.get(key)
      if (nodes !== undefined) keep(key, nodes)
      return nodes
    },
    keep,
    forget: () => tiles.clear(),
  }
}

/** All nodes over the hashes of a tile of which every hash is there. */
export function nodesOver(hashes: Uint8Array): TileNodes {
  const heights = [hashes]
  for (let below = hashes; below.length >= 2 * hashBytes; ) {
    const pairs = Math.floor(below.length / (2 * hashBytes))
    const above = Buffer.alloc(pairs * hashBytes)
    for (let at = 0; at < pairs; at += 1) {
      above.set(nodeHash(hashAt(below, 2 * at), hashAt(below, 2 * at + 1)), at * hashBytes)
    }
    heights.push(above)
    below = above
  }
  return heights
}

/** One of hashes that lie side by side; shorter when it is not there. */
export function hashAt(hashes: Uint8Array, at: number): Uint8Array {
  return hashes.subarray(at * hashBytes, (at + 1) * hashBytes)
}
