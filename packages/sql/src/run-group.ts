import { type Change, type GroupOutcome, type LogKeys, MendkitError } from '@mendkit/core'
import { appendAudit } from './append-audit.ts'
import type { Statements } from './statements.ts'
import type { Database } from './tables.ts'
import { type Decision, inSavepoint } from './transaction.ts'
import { writeChange } from './write-change.ts'

/** How a change went, before its entries have their places in the log. */
type Written = { readonly kind: 'written' } | Exclude<GroupOutcome, { readonly kind: 'committed' }>

/**
 * Applies changes of one tenant within an open transaction, each on its own: one that conflicts or is refused is taken
 * back and the others stand. The audit log comes last, so that it is locked for as short as can be.
 */
export async function runGroup(
  db: Database,
  statements: Statements,
  now: number,
  changes: readonly Change[],
  keys: LogKeys,
): Promise<Decision<readonly GroupOutcome[]>> {
  const results: (readonly [Change, Written])[] = []
  for (const change of changes) {
    const write = () => writeOne(db, statements, now, change)
    // A change alone needs no savepoint: the transaction is its own.
    const written = changes.length === 1 ? (await write()).result : await inSavepoint(db, 'mendkit_change', write)
    results.push([change, written])
  }
  const kept = results.flatMap(([change, { kind }]) => (kind === 'written' ? [change] : []))
  const [first] = kept
  const drafts = kept.flatMap((change) => change.audit)
  let next = 0
  try {
    if (first !== undefined) next = await appendAudit(db, statements, first.tenant, drafts, keys)
  } catch (cause) {
    // What the log refuses must not cost the changes beside it: a group that fails so is taken apart.
    if (changes.length === 1 || !MendkitError.is(cause)) throw cause
    throw new Error('the entries of this group cannot be appended', { cause })
  }
  const outcomes = results.map(([change, written]): GroupOutcome => {
    if (written.kind !== 'written') return written
    return { kind: 'committed', seqs: change.audit.map(() => next++) }
  })
  return { keep: first !== undefined, result: outcomes }
}

async function writeOne(db: Database, statements: Statements, now: number, change: Change): Promise<Decision<Written>> {
  const { tenant } = change
  const writing = { db, statements, tenant, now, symptomOfAlert: new Map(), deltas: new Map() }
  try {
    const because = await writeChange(writing, change)
    if (because === undefined) return { keep: true, result: { kind: 'written' } }
    return { keep: false, result: { kind: 'conflict', because } }
  } catch (error) {
    // Only the change, or a row that it touches, is at fault; everything else ends the transaction.
    if (!MendkitError.is(error, 'invalid') && !MendkitError.is(error, 'corrupt')) throw error
    return { keep: false, result: { kind: 'refused', error } }
  }
}
