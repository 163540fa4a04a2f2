import { CompiledQuery } from 'kysely'
import type { OnDatabase } from '../connect.ts'
import type { Database } from '../tables.ts'

/** Reads everything as it was at one moment, while others write. */
export function inSnapshot<Result>(
  { db, dialect }: Pick<OnDatabase, 'db' | 'dialect'>,
  read: (db: Database) => Promise<Result>,
): Promise<Result> {
  return db.connection().execute(async (connection) => {
    for (const query of dialect.snapshot) await connection.executeQuery(query)
    try {
      return await read(connection)
    } finally {
      await connection.executeQuery(CompiledQuery.raw('rollback'))
    }
  })
}
