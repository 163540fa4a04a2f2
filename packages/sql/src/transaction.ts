import { setImmediate } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'
import { CompiledQuery } from 'kysely'
import type { Dialect } from './dialect/dialect.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { retryBusy } from './retry-busy.ts'
import type { Database } from './tables.ts'

/** What a transaction decides about itself. */
export interface Decision<Result> {
  /** False takes everything back. */
  readonly keep: boolean
  readonly result: Result
}

/** What tells afterwards whether a transaction was kept whose commit was never answered. */
export interface Receipt {
  /** Leaves it, as the last act of the transaction. */
  write(db: Database): Promise<void>
  /** Whether it is there. Waits for a transaction that is still on its way to its end. */
  isThere(db: Database): Promise<boolean>
}

/** How transactions are made on one database. */
export interface TransactionOptions {
  readonly dialect: Dialect
  /** What comes before all else in it. @default nothing */
  readonly first?: readonly CompiledQuery[]
  /** How long to try again while others hold locks or the connection is gone, in ms. */
  readonly patienceMs: number
  /** How long to look for the receipt of a commit, in ms. @default patienceMs */
  readonly lookupMs?: number
  /** Absent: a commit without an answer is done again. */
  readonly receipt?: Receipt | undefined
}

/** A commit that may have happened or not. */
class UnansweredCommit<Result> extends Error {
  readonly result: Result
  constructor(result: Result, cause: unknown) {
    super('a commit was not answered', { cause })
    this.result = result
  }
}

/**
 * Runs `work` in one transaction, and again when the database took it back for somebody else's sake: this is the one place
 * where lock timeouts, deadlocks, serialisation failures and lost connections are tried again. Whatever `work` throws
 * takes everything back. When the commit itself fails, as it does when the connection is lost, its receipt decides whether
 * it happened.
 */
export function inTransaction<Result>(
  db: Database,
  options: TransactionOptions,
  work: (db: Database) => Promise<Decision<Result>>,
): Promise<Result> {
  const { dialect, patienceMs, receipt } = options
  return retryBusy(
    async () => {
      try {
        return await once(db, options, work)
      } catch (error) {
        if (!(error instanceof UnansweredCommit) || receipt === undefined) throw error
        if (await wasKept(db, options, receipt, error.cause)) return error.result as Result
        throw error.cause
      }
    },
    patienceMs,
    dialect.failureKind,
  )
}

async function once<Result>(
  db: Database,
  { dialect, patienceMs, receipt, first = [] }: TransactionOptions,
  work: (db: Database) => Promise<Decision<Result>>,
): Promise<Result> {
  const transaction = await dialect.open(db)
  const { keep, result } = await takingBack(transaction, async () => {
    for (const query of first) await transaction.db.executeQuery(query)
    const decision = await work(transaction.db)
    if (decision.keep) await receipt?.write(transaction.db)
    return decision
  })
  if (!keep) {
    await transaction.rollback()
    return result
  }
  const end = () => transaction.commit()
  try {
    await takingBack(transaction, () =>
      dialect.commitsAgain ? retryBusy(end, patienceMs, dialect.failureKind) : end(),
    )
    return result
  } catch (error) {
    // Whatever the error is: a driver that stops waiting for the answer says so in words of its own.
    throw receipt === undefined ? error : new UnansweredCommit(result, error)
  }
}

async function wasKept(
  db: Database,
  { dialect, patienceMs, lookupMs = patienceMs }: TransactionOptions,
  receipt: Receipt,
  cause: unknown,
): Promise<boolean> {
  try {
    return await retryBusy(() => receipt.isThere(db), lookupMs, dialect.failureKind)
  } catch {
    // The database is still not back; that it went away is what there is to say.
    const says = 'was lost during a commit and cannot be asked whether it was kept; look before it is done again'
    throw new MendkitError('unavailable', `the connection to the database ${says}`, { cause, retryAfterMs: 1_000 })
  }
}

/** Runs `work` so that it alone can be taken back within a transaction. What it throws must end the transaction. */
export async function inSavepoint<Result>(
  db: Database,
  name: string,
  work: () => Promise<Decision<Result>>,
): Promise<Result> {
  await db.executeQuery(CompiledQuery.raw(`savepoint ${name}`))
  const { keep, result } = await work()
  if (!keep) await db.executeQuery(CompiledQuery.raw(`rollback to savepoint ${name}`))
  await db.executeQuery(CompiledQuery.raw(`release savepoint ${name}`))
  return result
}

/** Lets the event loop turn, so that a long transaction blocks nothing else in the process. */
export function breathe(): Promise<void> {
  return setImmediate()
}

async function takingBack<Result>(transaction: OpenTransaction, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    await transaction.rollback()
    throw error
  }
}
