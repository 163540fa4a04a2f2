import { setImmediate } from 'node:timers/promises'
import { CompiledQuery } from 'kysely'
import { beginWriting } from './dialect.ts'
import { retryBusy } from './retry-busy.ts'
import type { Database } from './tables.ts'

/** What a transaction decides about itself. */
export interface Decision<Result> {
  /** False takes everything back. */
  readonly keep: boolean
  readonly result: Result
}

const commit = CompiledQuery.raw('commit')
const rollback = CompiledQuery.raw('rollback')
/**
 * Runs `work` in one transaction that holds the write lock, and waits up to `patienceMs` to get it. Whatever `work`
 * throws takes everything back.
 */
export function inTransaction<Result>(
  db: Database,
  patienceMs: number,
  work: (db: Database) => Promise<Decision<Result>>,
): Promise<Result> {
  return db.connection().execute(async (connection) => {
    await retryBusy(() => connection.executeQuery(beginWriting), patienceMs)
    try {
      const { keep, result } = await work(connection)
      if (keep) await retryBusy(() => connection.executeQuery(commit), patienceMs)
      else await connection.executeQuery(rollback)
      return result
    } catch (error) {
      await rollBack(connection)
      throw error
    }
  })
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

async function rollBack(db: Database): Promise<void> {
  try {
    await db.executeQuery(rollback)
  } catch (error) {
    // A database that is full or damaged has rolled back by itself already.
    if (!(error instanceof Error && /no transaction is active/.test(error.message))) throw error
  }
}
