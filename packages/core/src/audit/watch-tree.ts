import { MendkitError } from '../errors.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import type { Findings } from './findings.ts'
import { frontierOf } from './frontier.ts'
import { addLeaf, type GrowingTree, hashBytes, rootOf } from './hash-tree.ts'
import { tileHeight, tileWidth } from './tiles.ts'

/** Grows the tree anew from the entries as they are read, and holds the stored hashes and signed roots against it. */
export interface WatchedTree {
  /**
   * The next entry; undefined when it is gone, and the hash that was stored of it stands in. A promise only where a stored hash
   * has to be read first: one for each entry is what most of the time would go into.
   */
  add(seq: number, leaf: Uint8Array | undefined): Promise<void> | undefined
  /** Compares with a root that was signed. Tells apart whether entries or stored hashes were changed, where it can. */
  settle(signed: Uint8Array, from: number, to: number): boolean
  /** Tells what no signed root has decided. */
  finish(): void
  /** The root so far; undefined once entries and their stored hashes are gone. */
  root(): Uint8Array | undefined
  /** Whether this is the frontier of the entries, or of the hashes that are stored of them. */
  hasFrontier(frontier: readonly string[]): boolean
  /** From now on a tile that was found short may have grown. */
  nextPage(): void
}

/** Begins with the tree of the entries that are not read again. */
export function watchTree(
  store: AuditStore,
  tenant: string,
  begin: GrowingTree,
  findings: Findings,
  ctx: CallContext,
): WatchedTree {
  const tiles = new Map<number, { readonly index: number; readonly hashes: Uint8Array; readonly page: number }>()
  let page = 0
  let tree: GrowingTree | undefined = copyOf(begin)
  /** The tree of the stored hashes, from where they differ from the entries. */
  let stored: GrowingTree | undefined
  let differing: number[] = []
  let isForked = false

  /** A hash of the tile that was read last; `unread` when the tile has to be read for it. */
  function hashAtHand(level: number, at: number): Uint8Array | 'gone' | 'unread' {
    const [index, within] = [Math.floor(at / tileWidth), at % tileWidth]
    const tile = tiles.get(level)
    if (tile === undefined || tile.index !== index) return 'unread'
    const end = (within + 1) * hashBytes
    if (tile.hashes.length >= end) return tile.hashes.subarray(end - hashBytes, end)
    return tile.page === page ? 'gone' : 'unread'
  }

  async function storedHash(level: number, at: number): Promise<Uint8Array | undefined> {
    if (hashAtHand(level, at) === 'unread') {
      const index = Math.floor(at / tileWidth)
      tiles.set(level, { index, hashes: await readTile(level, index), page })
    }
    const hash = hashAtHand(level, at)
    return typeof hash === 'string' ? undefined : hash
  }

  async function readTile(level: number, index: number): Promise<Uint8Array> {
    try {
      return await store.auditTile({ tenant, level, index }, ctx)
    } catch (error) {
      if (!MendkitError.is(error, 'corrupt')) throw error
      return new Uint8Array()
    }
  }

  function lacks(level: number, at: number, seq: number): void {
    findings.add('tile-differs', seq, `the stored hash ${at} of level ${level} is gone`)
  }

  async function compareNodes(nodes: ReadonlyMap<number, readonly Uint8Array[]>, seq: number): Promise<void> {
    for (const [height, made] of nodes) {
      const [level, at] = [height / tileHeight, (seq + 1) / 2 ** height - 1]
      const kept = await storedHash(level, at)
      if (kept === undefined) lacks(level, at, seq)
      else if (!made.some((hash) => same(hash, kept))) {
        findings.add('tile-differs', seq, `the stored hash ${at} of level ${level} is not that of its entries`)
      }
    }
  }

  function tellDiffering(kind: 'entry-differs' | 'tile-differs'): void {
    for (const seq of differing) {
      const because =
        kind === 'entry-differs'
          ? `entry ${seq} is not the one that the tree was grown with`
          : `the stored hash of entry ${seq} is not that of the entry`
      findings.add(kind, seq, because)
    }
    differing = []
  }

  function grow(seq: number, leaf: Uint8Array | undefined, kept: Uint8Array | undefined): Promise<void> | undefined {
    if (leaf !== undefined && kept === undefined) lacks(0, seq, seq)
    if (tree === undefined) return undefined
    const [read, known] = [leaf ?? kept, kept ?? leaf]
    if (read === undefined || known === undefined) {
      tree = undefined
      return undefined
    }
    if (!same(read, known)) {
      differing.push(seq)
      stored ??= copyOf(tree)
    }
    let nodes: Map<number, Uint8Array[]> | undefined
    const note = (height: number, _: number, hash: Uint8Array) => {
      if (height === 0 || height % tileHeight !== 0) return
      nodes ??= new Map()
      nodes.set(height, [...(nodes.get(height) ?? []), hash])
    }
    addLeaf(tree, read, note)
    if (stored !== undefined) addLeaf(stored, known, note)
    return nodes && compareNodes(nodes, seq)
  }

  return {
    add(seq, leaf) {
      const hash = hashAtHand(0, seq)
      if (hash === 'unread') return storedHash(0, seq).then((read) => grow(seq, leaf, read))
      return grow(seq, leaf, hash === 'gone' ? undefined : hash)
    },
    settle(signed, from, to) {
      if (tree !== undefined && same(rootOf(tree), signed)) {
        tellDiffering('tile-differs')
        stored = undefined
        return true
      }
      tellDiffering('entry-differs')
      if (stored !== undefined && same(rootOf(stored), signed)) {
        tree = stored
        stored = undefined
        return true
      }
      // Whatever follows is another tree too; the first place says it.
      if (!isForked) findings.add('root-differs', from, `entries ${from} to ${to} are not those that were signed`)
      isForked = true
      return false
    },
    finish: () => tellDiffering('entry-differs'),
    root: () => tree && rootOf(tree),
    hasFrontier(frontier) {
      const trees = [tree, stored].filter((one) => one !== undefined)
      return trees.length === 0 || trees.some((one) => frontierOf(one).join() === frontier.join())
    },
    nextPage() {
      page += 1
    },
  }
}

function copyOf({ size, roots }: GrowingTree): GrowingTree {
  return { size, roots: [...roots] }
}

function same(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0
}
