import { MendkitError } from '../errors.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { parseCheckpoint } from './checkpoint.ts'
import type { Findings } from './findings.ts'
import { type GrowingTree, rootOf } from './hash-tree.ts'
import type { KeyChain } from './key-chain.ts'
import { storedNodes, storedTree } from './read-tiles.ts'
import { emptyAuditHead } from './seal.ts'

/** Where verification begins. */
export interface VerificationStart {
  readonly tree: GrowingTree
  /** What the first entry that is read must continue; undefined when that is not known. */
  readonly last: string | undefined
  readonly signedEntries: number
  /** The root that the stored hashes make, for what lies before; undefined, and told, when some are gone. */
  readonly rootBefore: (size: number) => Promise<Uint8Array | undefined>
}

/** The start, or the end of a checkpoint that was verified before. Throws `invalid` for one that no trusted key signed. */
export async function startOf(
  store: AuditStore,
  tenant: string,
  from: string | undefined,
  { keys, findings }: { readonly keys: KeyChain; readonly findings: Findings },
  ctx: CallContext,
): Promise<VerificationStart> {
  const nodes = storedNodes(store, tenant, ctx)
  const rootBefore = async (size: number) => {
    const tree = await treeAt(size)
    if (tree === undefined) {
      findings.add('tile-differs', size - 1, `stored hashes that the root of the first ${size} entries needs are gone`)
    }
    return tree && rootOf(tree)
  }
  const nothing: GrowingTree = { size: 0, roots: [] }
  if (from === undefined) return { tree: nothing, last: emptyAuditHead.last, signedEntries: 0, rootBefore }
  const checkpoint = parseCheckpoint(from)
  if (!keys.beginAt(checkpoint)) {
    const says = 'the checkpoint to begin from is not one of this log that a trusted key signed'
    throw new MendkitError('invalid', `${says}; give the verifier key that signed it, or verify from the start`)
  }
  const tree = await treeAt(checkpoint.size)
  if (tree !== undefined && Buffer.compare(rootOf(tree), checkpoint.root) === 0) {
    return { tree, last: undefined, signedEntries: checkpoint.size, rootBefore }
  }
  // What it speaks of is not there any more: then all of the log is read.
  findings.add('root-differs', 0, `the log does not begin with the ${checkpoint.size} entries of the checkpoint given`)
  return { tree: nothing, last: emptyAuditHead.last, signedEntries: 0, rootBefore }

  async function treeAt(size: number): Promise<GrowingTree | undefined> {
    try {
      return await storedTree(nodes, size)
    } catch (error) {
      if (!MendkitError.is(error, 'corrupt')) throw error
      return undefined
    }
  }
}
