import { CompiledQuery, type DatabaseConnection } from 'kysely'
import type { Database } from './tables.ts'

/** A transaction on a connection of its own, until it is committed or taken back. */
export interface OpenTransaction {
  readonly db: Database
  /** When it fails, `rollback` has to follow. */
  commit(): Promise<void>
  /** Never fails. A connection on which nothing can be taken back is destroyed: nobody may get it with a transaction open. */
  rollback(): Promise<void>
}

const commit = CompiledQuery.raw('commit')
const rollback = CompiledQuery.raw('rollback')

/** Opens a transaction with these statements, on a connection that can destroy itself, or cannot be lost. */
export async function openTransaction(database: Database, begin: readonly CompiledQuery[]): Promise<OpenTransaction> {
  const { db, free } = await reserve(database)
  try {
    for (const query of begin) await db.executeQuery(query)
  } catch (error) {
    await takeBack(db)
    free()
    throw error
  }
  return {
    db,
    async commit() {
      await db.executeQuery(commit)
      free()
    },
    async rollback() {
      await takeBack(db)
      free()
    },
  }
}

async function takeBack(db: Database): Promise<void> {
  try {
    await db.executeQuery(rollback)
  } catch {
    // A database that is full or damaged has rolled back by itself already; one that is gone does it when it hears of it.
    await db.getExecutor().provideConnection(destroy)
  }
}

/** SQLite's connection, which has no such method, goes with its process. */
async function destroy(connection: DatabaseConnection): Promise<void> {
  await connection.killSession?.(async () => undefined)
}

function reserve(database: Database): Promise<{ readonly db: Database; readonly free: () => void }> {
  return new Promise((resolve, reject) => {
    const keep = async (db: Database) => {
      const { promise, resolve: free } = Promise.withResolvers<void>()
      resolve({ db, free })
      await promise
    }
    database.connection().execute(keep).catch(reject)
  })
}
