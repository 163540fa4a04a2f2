import { hashBytes } from '../audit/hash-tree.ts'
import { sealEntries } from '../audit/seal.ts'
import { MendkitError } from '../errors.ts'
import type { Change } from '../model/change.ts'
import type { LogKeys } from '../ports/signer.ts'
import { applyChange } from './apply-change.ts'
import type { GroupOutcome } from './commit-in-groups.ts'
import { type MemoryState, type TenantState, tenantState } from './memory-state.ts'
import { getOrMake, takeBack, type Undo } from './undo.ts'

/** How a change went, before its entries have their places in the log. */
type Applied = { readonly kind: 'applied' } | Exclude<GroupOutcome, { readonly kind: 'committed' }>

/**
 * Applies changes of one tenant, each wholly or not at all, and appends their entries under one checkpoint. Throws, with
 * everything taken back, when the entries cannot be appended: no `MendkitError` while fewer changes at once may do better.
 */
export function applyGroup(
  state: MemoryState,
  changes: readonly Change[],
  now: number,
  keys: LogKeys,
): readonly GroupOutcome[] {
  const undo: Undo = []
  const results = changes.map((change): readonly [Change, Applied] => [change, applied(state, change, now, undo)])
  const kept = results.flatMap(([change, { kind }]) => (kind === 'applied' ? [change] : []))
  let next = 0
  try {
    const [first] = kept
    if (first !== undefined) next = append(state, first.tenant, kept, keys)
  } catch (cause) {
    takeBack(undo)
    throw changes.length === 1 ? cause : new Error('the entries of this group cannot be appended', { cause })
  }
  return results.map(([change, result]) =>
    result.kind === 'applied' ? { kind: 'committed', seqs: change.audit.map(() => next++) } : result,
  )
}

function applied(state: MemoryState, change: Change, now: number, undo: Undo): Applied {
  try {
    const because = applyChange(state, change, now, undo)
    return because === undefined ? { kind: 'applied' } : { kind: 'conflict', because }
  } catch (error) {
    if (!MendkitError.is(error)) throw error
    return { kind: 'refused', error }
  }
}

/** Answers the `seq` of the first entry. */
function append(state: MemoryState, tenant: string, kept: readonly Change[], keys: LogKeys): number {
  const of = getOrMake(state.tenants, tenant, tenantState)
  const { size } = of.auditHead
  const drafts = kept.flatMap((change) => change.audit)
  const { records, tiles, checkpoint, head } = sealEntries(tenant, of.auditHead, drafts, keys)
  for (const record of records) of.audit.push(record)
  for (const { level, hashes } of tiles) keepHashes(of, level, hashes)
  if (checkpoint !== undefined) of.auditCheckpoints.push(checkpoint)
  of.auditHead = head
  return size
}

function keepHashes(of: TenantState, level: number, hashes: Uint8Array): void {
  const stored = of.auditHashes[level] ?? []
  of.auditHashes[level] = stored
  for (let at = 0; at < hashes.length; at += hashBytes) stored.push(hashes.subarray(at, at + hashBytes))
}
