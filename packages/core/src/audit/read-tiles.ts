import { MendkitError } from '../errors.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { message } from '../redact/message.ts'
import { type GrowingTree, hashBytes, nodeHash } from './hash-tree.ts'
import { hashAt, type KnownTiles, knownTiles, nodesOver, type TileNodes } from './known-tiles.ts'
import { tileHeight, tileWidth } from './tiles.ts'

/** The nodes of a stored tree, each from one tile; a tile is read once. */
export interface StoredNodes {
  /** The root of the complete subtree of 2^height leaves. Throws `corrupt` when the tiles do not hold it. */
  node(height: number, index: number): Promise<Uint8Array>
}

/** Reads nodes of a tenant's tree from its tiles: from those that are known already, and they are read only for what they lack. */
export function storedNodes(
  store: AuditStore,
  tenant: string,
  ctx: CallContext,
  known: KnownTiles = knownTiles(),
): StoredNodes {
  return {
    async node(height, index) {
      const [level, above] = [Math.floor(height / tileHeight), height % tileHeight]
      const width = tileWidth / 2 ** above
      const [tile, within] = [Math.floor(index / width), index % width]
      const key = `${level}/${tile}/${tenant}`
      const hash = nodeAt(known.get(key), above, within)
      if (hash !== undefined) return hash
      const nodes = nodesOver(await store.auditTile({ tenant, level, index: tile }, ctx))
      known.keep(key, nodes)
      const read = nodeAt(nodes, above, within)
      if (read !== undefined) return read
      const first = index * 2 ** above
      const what = message`the stored tree of the audit log of tenant ${tenant} lacks hashes at ${first} of level ${level}`
      throw new MendkitError('corrupt', `${what}; run audit.verify()`)
    },
  }
}

function nodeAt(nodes: TileNodes | undefined, height: number, at: number): Uint8Array | undefined {
  const hash = hashAt(nodes?.[height] ?? new Uint8Array(), at)
  return hash.length === hashBytes ? hash : undefined
}

/** The tree of the first `size` entries, from tiles. */
export async function storedTree(nodes: StoredNodes, size: number): Promise<GrowingTree> {
  const roots: Uint8Array[] = []
  let start = 0
  for (let height = 52; height >= 0; height -= 1) {
    const width = 2 ** height
    if (start + width > size) continue
    roots.push(await nodes.node(height, start / width))
    start += width
  }
  return { size, roots }
}

/** The root over the entries from `start` to before `end`; `start` is a multiple of the power of two that they span. */
export async function rangeRoot(nodes: StoredNodes, start: number, end: number): Promise<Uint8Array> {
  const split = splitOf(end - start)
  if (split === undefined) return nodes.node(Math.log2(end - start), start / (end - start))
  return nodeHash(await rangeRoot(nodes, start, start + split), await rangeRoot(nodes, start + split, end))
}

/** Where a tree of so many leaves divides: the largest power of two below it; undefined for one that is complete. */
export function splitOf(size: number): number | undefined {
  const split = 2 ** Math.floor(Math.log2(size))
  return split === size ? undefined : split
}
