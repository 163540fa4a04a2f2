import { type Checkpoint, parseCheckpoint } from '../../audit/checkpoint.ts'
import { rootOf } from '../../audit/hash-tree.ts'
import { readAnchor } from '../../audit/read-anchor.ts'
import { storedNodes, storedTree } from '../../audit/read-tiles.ts'
import { verifierKeyOf } from '../../audit/verifier-key.ts'
import { signatureChecks } from '../../audit/verify-signature.ts'
import { MendkitError } from '../../errors.ts'
import type { AnchorSink } from '../../ports/anchor-sink.ts'
import type { CallContext } from '../../ports/context.ts'
import { message } from '../../redact/message.ts'
import { callPort } from '../call.ts'
import type { Parts } from '../parts.ts'
import { cosigned } from './cosigned.ts'
import { clearFork } from './fork-setting.ts'

/**
 * Puts the last checkpoint of a tenant's log into a sink, and answers how many entries it tells of; 0 for a log that nobody
 * signed. Before the first time in this process the log is compared with what the sink holds. Throws `rejected` when the log does
 * not begin with what was anchored: it was cut, restored or written anew, and nothing of it is put there.
 */
export async function anchorLog(parts: Parts, sink: AnchorSink, tenant: string, ctx: CallContext): Promise<number> {
  const state = parts.anchorStates(sink.id)
  const last = await lastCheckpoint(parts, tenant, ctx)
  if (last === undefined) return 0
  const { size } = last.checkpoint
  const seen = state.seen(tenant)
  if (seen !== undefined && size < seen) state.forget(tenant)
  const known = state.seen(tenant)
  const held = known ?? (await comparedSize(parts, sink, tenant, last.checkpoint.origin, ctx))
  if (known === undefined) await clearFork(parts.store, sink.id, tenant, ctx)
  if (held < size) {
    const note = await cosigned(parts, last.note, ctx)
    const anchor = { note, at: parts.clock.now() }
    await callPort(parts, `anchor sink ${sink.id}`, ctx, (within) => sink.put(anchor, within))
    parts.metrics.count('mendkit_anchors_total', { sink: sink.id })
  }
  state.see(tenant, Math.max(held, size))
  return Math.max(held, size)
}

/** The size of what the sink holds of the log, when the log begins with it. */
async function comparedSize(
  parts: Parts,
  sink: AnchorSink,
  tenant: string,
  origin: string,
  ctx: CallContext,
): Promise<number> {
  const anchor = await callPort(parts, `anchor sink ${sink.id}`, ctx, (within) => sink.latest(origin, within))
  const read = anchor && readAnchor(anchor.note)
  if (read === undefined || 'unusable' in read || read.checkpoint.origin !== origin) return 0
  if (!isOwn(parts, read.checkpoint)) {
    const says = message`the newest anchor of ${origin} in ${sink.id} is signed by none of this host's keys, and is not compared`
    parts.log.warn(says)
    return 0
  }
  const { size, root } = read.checkpoint
  // Read only now: another host may have anchored more than this one had seen before.
  const { size: entries } = await parts.store.auditHead(tenant, ctx)
  if (size > entries) {
    throw refusal(
      message`it tells of ${size} entries, and the log of tenant ${tenant} holds ${entries}: the rest was cut, or an older backup was restored`,
      sink,
    )
  }
  const tree = await storedTree(storedNodes(parts.store, tenant, ctx), size)
  if (Buffer.compare(rootOf(tree), root) === 0) return size
  throw refusal(
    message`the first ${size} entries of the log of tenant ${tenant} are not those that were anchored`,
    sink,
  )
}

/** Whoever may write to the sink can put anything there; only what the log's key signed speaks against the log. */
function isOwn({ logKeys: { signer, nextSigner } }: Parts, checkpoint: Checkpoint): boolean {
  const isSignedBy = signatureChecks()
  return [signer, nextSigner].some((one) => one !== undefined && isSignedBy(checkpoint, verifierKeyOf(one)))
}

function refusal(because: string, { id }: AnchorSink): MendkitError {
  const todo = 'run `mendkit audit verify` with this anchor, and find out which of the two is true'
  return new MendkitError('rejected', `the newest anchor in ${id} speaks against the log: ${because}. ${todo}`)
}

async function lastCheckpoint({ store }: Parts, tenant: string, ctx: CallContext) {
  const last = await store.lastAuditCheckpoint(tenant, ctx)
  return last && { note: last.note, checkpoint: parseCheckpoint(last.note) }
}
