import { MendkitError } from '../errors.ts'
import type { AuditStore } from '../ports/audit-store.ts'
import type { CallContext } from '../ports/context.ts'
import { message } from '../redact/message.ts'
import { parseCheckpoint } from './checkpoint.ts'
import { type KnownTiles, knownTiles } from './known-tiles.ts'
import { consistencyProof, inclusionProof, provenRoot } from './proofs.ts'
import { storedNodes } from './read-tiles.ts'

/**
 * The proof that entry `seq` is in the log, against its last checkpoint, in the text form of C2SP tlog-proof. Throws `config`
 * for a log without checkpoints, `invalid` for an entry that the last one does not speak of, and `corrupt` where the stored tree
 * is not the one that was signed. `known` saves reading tiles again.
 */
export async function proveInclusion(
  store: AuditStore,
  tenant: string,
  seq: number,
  ctx: CallContext,
  known: KnownTiles = knownTiles(),
): Promise<string> {
  const { note, size, root } = await lastCheckpoint(store, tenant, ctx)
  if (!Number.isSafeInteger(seq) || seq < 0 || seq >= size) {
    const text = message`seq: there is no entry ${seq}: the last checkpoint speaks of ${size}, from 0`
    throw new MendkitError('invalid', text, { path: 'seq' })
  }
  const signedPath = async () => {
    const nodes = storedNodes(store, tenant, ctx, known)
    const path = await inclusionProof(nodes, seq, size)
    const proven = provenRoot(await nodes.node(0, seq), seq, size, path)
    return Buffer.compare(proven, root) === 0 ? path : undefined
  }
  let path = await signedPath()
  if (path === undefined) {
    // What is known is of another tree when the database was restored meanwhile.
    known.forget()
    path = await signedPath()
  }
  if (path === undefined) {
    known.forget()
    const what = message`the stored tree of the audit log of tenant ${tenant} does not prove entry ${seq} to its last checkpoint`
    throw new MendkitError('corrupt', `${what}; run audit.verify()`)
  }
  return `c2sp.org/tlog-proof@v1\nindex ${seq}\n${lines(path)}\n${note}`
}

/**
 * The proof that the log as its last checkpoint tells it begins with its first `old` entries as they were, in the text form
 * of a request of C2SP tlog-witness. Throws like `proveInclusion`; `old` is at least 1.
 */
export async function proveConsistency(
  store: AuditStore,
  tenant: string,
  old: number,
  ctx: CallContext,
): Promise<string> {
  const { note, size } = await lastCheckpoint(store, tenant, ctx)
  if (!Number.isSafeInteger(old) || old < 1 || old > size) {
    const text = message`size: ${old} must be a size from 1 to ${size}, that of the last checkpoint`
    throw new MendkitError('invalid', text, { path: 'size' })
  }
  const path = await consistencyProof(storedNodes(store, tenant, ctx), old, size)
  return `old ${old}\n${lines(path)}\n${note}`
}

async function lastCheckpoint(store: AuditStore, tenant: string, ctx: CallContext) {
  const last = await store.lastAuditCheckpoint(tenant, ctx)
  if (last !== undefined) {
    const { size, root } = parseCheckpoint(last.note)
    return { note: last.note, size, root }
  }
  const what = message`the audit log of tenant ${tenant} has no checkpoint to prove anything against`
  const todo = 'give the host a key (system.signer); `mendkit audit keygen` makes one'
  throw new MendkitError('config', `${what}: ${todo}`, { path: 'system.signer' })
}

function lines(path: readonly Uint8Array[]): string {
  return path.map((hash) => `${Buffer.from(hash).toString('base64')}\n`).join('')
}
