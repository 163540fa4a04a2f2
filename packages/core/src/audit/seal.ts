import { hash } from 'node:crypto'
import type { AuditCheckpoint, AuditHead, AuditRecord, AuditTilePart } from '../model/audit-entry.ts'
import type { AuditDraft } from '../model/event.ts'
import type { LogKeys } from '../ports/signer.ts'
import { signCheckpoint } from './checkpoint.ts'
import { entryText } from './entry-text.ts'
import { frontierOf, treeOf } from './frontier.ts'
import { addLeaf, rootOf } from './hash-tree.ts'
import { epochWith } from './log-epoch.ts'
import { signingOf } from './log-keys.ts'
import { logOrigin } from './log-origin.ts'
import { tileParts } from './tiles.ts'

/** Where every log begins. */
export const emptyAuditHead: AuditHead = { size: 0, last: '0'.repeat(64), frontier: [] }

/** SHA-256 of some bytes, hex. */
export function sha256(bytes: Uint8Array | string): string {
  return hash('sha256', bytes)
}

/** What a group of drafts adds to a log. */
export interface SealedEntries {
  readonly records: readonly AuditRecord[]
  readonly tiles: readonly AuditTilePart[]
  /** Absent without drafts, and without a key. */
  readonly checkpoint?: AuditCheckpoint
  readonly head: AuditHead
}

/**
 * Gives drafts their place in a tenant's log: the exact bytes of each entry (RFC 8785), the hashes of the tree over them,
 * one signed checkpoint, and the head after them. Pure, so that every store writes the same for the same drafts, and it
 * reads nothing but the head. Throws `invalid` for data that is not JSON, `config` when the key that the log is signed
 * with was not given or its database has diverged, and `corrupt` for a head that is none.
 */
export function sealEntries(
  tenant: string,
  head: AuditHead,
  drafts: readonly AuditDraft[],
  keys: LogKeys = {},
): SealedEntries {
  const epoch = epochWith(tenant, head, drafts)
  if (drafts.length === 0) return { records: [], tiles: [], head }
  const signing = signingOf(tenant, head, drafts, keys)
  const tree = treeOf(tenant, head)
  const parts = tileParts(tenant)
  const records: AuditRecord[] = []
  let { last } = head
  for (const draft of drafts) {
    const seq = tree.size
    // One buffer for both: a leaf is hashed with a zero before it.
    const leaf = Buffer.from(`\0${entryText(tenant, seq, last, draft)}`)
    const bytes = new Uint8Array(leaf.buffer, leaf.byteOffset + 1, leaf.length - 1)
    records.push({ tenant, seq, bytes })
    last = sha256(bytes)
    addLeaf(tree, hash('sha256', leaf, 'buffer'), (...node) => parts.add(...node))
  }
  const { size } = tree
  const grown = { records, tiles: parts.done() }
  const after = { size, last, frontier: frontierOf(tree), ...(epoch > 1 && { epoch }) }
  if (signing === undefined) return { ...grown, head: after }
  const { signers, key } = signing
  const origin = logOrigin(signers[0]?.name ?? '', tenant, epoch)
  const note = signCheckpoint({ origin, size, root: rootOf(tree) }, signers)
  return { ...grown, checkpoint: { tenant, size, note }, head: { ...after, key } }
}
