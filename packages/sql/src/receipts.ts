import { randomUUID } from 'node:crypto'
import type { Dialect } from './dialect/dialect.ts'
import { lockPrefix, type Place } from './place.ts'
import type { Database } from './tables.ts'
import { inTransaction, type Receipt } from './transaction.ts'

/** Receipts of a process that ended without clearing up are kept this long, ms. */
const keptMs = 86_400_000

/** The receipts of one store: a row for each commit that runs at the same time, which the next one writes over. */
export interface Receipts {
  /** A receipt for one commit of a tenant, in the row of its lane. `at`: ms since 1970. */
  next(tenant: string, lane: number, at: () => number): Receipt
  /** Deletes this store's rows. */
  end(db: Database): Promise<void>
}

/** Makes the receipts of a store. */
export function receipts(dialect: Dialect, place: Place): Receipts {
  const writers: string[] = []
  return {
    next(tenant, lane, at) {
      writers[lane] ??= randomUUID()
      const writer = writers[lane]
      const token = randomUUID()
      return {
        async write(db) {
          const insert = db.insertInto('mendkit_receipt').values({ writer, token, at: at() })
          await dialect.orReplace(insert, ['writer'], ['token', 'at']).execute()
        },
        // A server may still be at work on a commit whose connection is gone. It holds the tenant's lock until it is done,
        // so whoever gets that lock sees how it went.
        isThere: (db) =>
          inTransaction(db, { dialect, patienceMs: 0 }, async (connection) => {
            await dialect.lockTenant(connection, lockPrefix(place), tenant)
            const row = await connection
              .selectFrom('mendkit_receipt')
              .select('token')
              .where('writer', '=', writer)
              .executeTakeFirst()
            return { keep: false, result: row?.token === token }
          }),
      }
    },
    async end(db) {
      if (writers.length === 0) return
      await db.deleteFrom('mendkit_receipt').where('writer', 'in', writers).execute()
    },
  }
}

/** Deletes what processes left behind that are long gone. `now`: ms since 1970. */
export async function sweepReceipts(db: Database, now: number): Promise<void> {
  await db
    .deleteFrom('mendkit_receipt')
    .where('at', '<', now - keptMs)
    .execute()
}
