import { type Change, type GroupOutcome, type LogKeys, MendkitError } from '@mendkit/core'
import { appendAudit } from './append-audit.ts'
import type { Dialect } from './dialect/dialect.ts'
import { lockRows } from './lock-rows.ts'
import type { Place } from './place.ts'
import type { Statements } from './statements.ts'
import type { Database } from './tables.ts'
import { type Decision, inSavepoint } from './transaction.ts'
import { writeChange } from './write-change.ts'
import type { Writing } from './writing.ts'

/** What a group is applied with. */
export interface GroupOptions {
  readonly dialect: Dialect
  readonly place: Place
  readonly statements: Statements
  /** The store's time, ms since 1970. */
  readonly time: () => Promise<number>
  /** What the audit log is signed with. */
  readonly keys: LogKeys
  /** Tells others, when the transaction is kept, of the work in what was written. */
  readonly announce?: ((db: Database, changes: readonly Change[]) => Promise<void>) | undefined
}

/** How a change went, before its entries have their places in the log. */
type Written = { readonly kind: 'written' } | Exclude<GroupOutcome, { readonly kind: 'committed' }>

/**
 * Applies changes of one tenant within an open transaction, each on its own: one that conflicts or is refused is taken
 * back and the others stand. First of all it locks what the changes will look at; the audit log comes last.
 */
export async function runGroup(
  db: Database,
  { dialect, place, statements, time, keys, announce }: GroupOptions,
  changes: readonly Change[],
): Promise<Decision<readonly GroupOutcome[]>> {
  const [any] = changes
  if (any === undefined) return { keep: false, result: [] }
  const { tenant } = any
  await lockRows(db, { dialect, place }, tenant, changes)
  let asked: Promise<number> | undefined
  // Never before the locks are held: a lease that ended while this waited is over.
  const now = () => (asked ??= time())
  const write = (change: Change) => writeOne({ db, dialect, statements, tenant, now }, change)
  const results = await writeAll(db, changes, write)
  const kept = results.flatMap(([change, { kind }]) => (kind === 'written' ? [change] : []))
  const drafts = kept.flatMap((change) => change.audit)
  let next = 0
  try {
    if (kept.length > 0) next = await appendAudit(db, statements, tenant, drafts, keys)
  } catch (cause) {
    // What the log refuses must not cost the changes beside it: a group that fails so is taken apart.
    if (changes.length === 1 || !MendkitError.is(cause)) throw cause
    throw new Error('the entries of this group cannot be appended', { cause })
  }
  await announce?.(db, kept)
  const outcomes = results.map(([change, written]): GroupOutcome => {
    if (written.kind !== 'written') return written
    return { kind: 'committed', seqs: change.audit.map(() => next++) }
  })
  return { keep: kept.length > 0, result: outcomes }
}

type Write = (change: Change) => Promise<Decision<Written>>

/**
 * Nearly always no change of a group is in the way of another, so they are first written together behind one savepoint, which
 * spares two statements for each. Only when one has to be taken back, each is written again behind a savepoint of its own.
 */
async function writeAll(
  db: Database,
  changes: readonly Change[],
  write: Write,
): Promise<readonly (readonly [Change, Written])[]> {
  const [first, ...others] = changes
  if (first === undefined) return []
  // A change alone needs no savepoint: the transaction is its own.
  if (others.length === 0) return [[first, (await write(first)).result]]
  // Nor do changes that only have entries for the log, which nothing can be in the way of.
  if (changes.every(({ expect, put }) => expect.length === 0 && put.length === 0)) {
    return changes.map((change) => [change, { kind: 'written' }])
  }
  const together = await inSavepoint(db, 'mendkit_changes', async () => {
    for (const change of changes) if (!(await write(change)).keep) return { keep: false, result: false }
    return { keep: true, result: true }
  })
  if (together) return changes.map((change) => [change, { kind: 'written' }])
  const results: (readonly [Change, Written])[] = []
  for (const change of changes) results.push([change, await inSavepoint(db, 'mendkit_change', () => write(change))])
  return results
}

async function writeOne(
  into: Pick<Writing, 'db' | 'dialect' | 'statements' | 'tenant' | 'now'>,
  change: Change,
): Promise<Decision<Written>> {
  const writing = { ...into, symptomOfAlert: new Map(), deltas: new Map() }
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
