import { MendkitError } from '@mendkit/core'
import { CompiledQuery, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import type { FailureKind } from '../database-failure.ts'
import { openTransaction } from '../open-transaction.ts'
import { connectionFailure } from './connection-failure.ts'
import type { Dialect } from './dialect.ts'

/** Error numbers that mean something to a caller, of MySQL and of MariaDB. */
const numbers: ReadonlyMap<number, FailureKind> = new Map([
  // Lock wait timeout, deadlock.
  [1205, 'busy'],
  [1213, 'busy'],
  [1969, 'timeout'],
  [3024, 'timeout'],
  // Shutting down, killed, kicked for idling.
  [1053, 'lost'],
  [1927, 'lost'],
  [4031, 'lost'],
  [1040, 'crowded'],
  [1203, 'crowded'],
  [3, 'full'],
  [1021, 'full'],
  [1114, 'full'],
  [1041, 'full'],
  [1290, 'standby'],
  [1792, 'standby'],
  [1836, 'standby'],
  [1045, 'refused'],
  [1698, 'refused'],
  [1049, 'no-database'],
  [1044, 'not-permitted'],
  [1142, 'not-permitted'],
  [1143, 'not-permitted'],
  [1227, 'not-permitted'],
  [1146, 'no-table'],
  [1054, 'no-table'],
  [1034, 'corrupt'],
  [1712, 'corrupt'],
  [1153, 'too-large'],
  [1406, 'too-large'],
  [1071, 'too-large'],
])

/** There is a row with this key. */
const duplicate = 1062

/** Errors that say that a table, an index or a row is there already. */
const alreadyThere = new Set([1050, 1061, duplicate])

const gotLock = z.object({ got: z.coerce.number() })
const settings = z.object({ mode: z.string(), flush: z.coerce.number() })

function numberOf(error: unknown): number | undefined {
  const { errno } = (error ?? {}) as { errno?: unknown }
  return typeof errno === 'number' ? errno : undefined
}

const begin = [
  CompiledQuery.raw('set transaction isolation level read committed'),
  CompiledQuery.raw('start transaction'),
]

/**
 * MySQL from version 8.0.1 on and MariaDB from version 10.6 on, with InnoDB. Names are binary strings: the only ones that both
 * compare byte by byte, trailing spaces included. The lengths keep every key below the 3,072 bytes that an index takes.
 */
export const mysql: Dialect = {
  name: 'mysql',
  isDurable: true,
  ddl: {
    short: 'varbinary(255)',
    name: 'varbinary(1000)',
    text: 'longtext character set utf8mb4',
    whole: 'bigint',
    bytes: 'longblob',
    rowNumber: 'bigint not null auto_increment primary key',
    inKey: '',
    partialIndex: (name, { table, instead }) => `create index ${name} on ${table} (${instead})`,
    ownTables: ['create table mendkit_latch (tenant varbinary(255) not null, primary key (tenant))'],
    // A second look beside the lock on the tenant, which already keeps an alert from being stored twice.
    ownIndexes: ['create unique index mendkit_alert_once on mendkit_alert (tenant, id)'],
  },
  snapshot: [
    CompiledQuery.raw('set transaction isolation level repeatable read'),
    CompiledQuery.raw('start transaction with consistent snapshot, read only'),
  ],
  nothingHidden: [],
  open: (db) => openTransaction(db, begin),
  commitsAgain: false,
  hasRowLocks: true,
  needsReceipts: true,
  keepsHalfMigrations: true,
  async now(db) {
    const { rows } = await sql<{ value: number }>`
      select timestampdiff(microsecond, '1970-01-01 00:00:00', utc_timestamp(6)) div 1000 as value`.execute(db)
    return Number(rows[0]?.value)
  },
  async lockTenant(db, _, tenant) {
    const table = sql.table('mendkit_latch')
    const latch = sql`select tenant from ${table} where tenant = ${tenant} for update`
    if ((await latch.execute(db)).rows.length > 0) return
    await sql`insert ignore into ${table} (tenant) values (${tenant})`.execute(db)
    await latch.execute(db)
  },
  async whileSchemaIsLocked(db, prefix, work) {
    // Statements that make tables end the transaction, and with it every lock on rows.
    const name = sql`concat('mendkit schema ', md5(concat(${prefix}, database())))`
    const asked = sql`select get_lock(${name}, 60) as got`
    if (gotLock.parse((await asked.execute(db)).rows[0]).got !== 1) {
      const says =
        'another process has been making tables for a minute: wait until it is done, or end it, and open again'
      throw new MendkitError('unavailable', `the tables are not made: ${says}`, { retryAfterMs: 1_000 })
    }
    try {
      return await work()
    } finally {
      await sql`select release_lock(${name})`.execute(db)
    }
  },
  async migrate(db, statement) {
    try {
      await db.executeQuery(CompiledQuery.raw(statement))
    } catch (error) {
      // A migration that was cut off has left some of this behind, since no transaction holds it together.
      if (!alreadyThere.has(numberOf(error) ?? 0)) throw error
    }
  },
  forUpdateOfFree: (query) => query.forUpdate().skipLocked(),
  asWhole: (value) => sql<number | null>`cast(${value} as signed)`,
  // IGNORE would also let a value through that is too long for its column, cut off.
  orIgnore: (insert) => insert,
  selectsValues: false,
  writesAtOnce: false,
  isDuplicate: (error) => numberOf(error) === duplicate,
  orReplace(insert, _, columns) {
    const set = Object.fromEntries(columns.map((column) => [column, sql`values(${sql.ref(column)})`]))
    return insert.onDuplicateKeyUpdate(set as never)
  },
  orWiden: (insert) =>
    insert.onDuplicateKeyUpdate({
      starts_from: sql<number>`least(starts_from, values(starts_from))`,
      starts_until: sql<number>`greatest(starts_until, values(starts_until))`,
    }),
  isAfter(columns, values) {
    // Rows of several values are compared without the index.
    const parts = columns.map((column, index) => {
      const same = columns.slice(0, index).map((each, at) => sql`${sql.ref(each)} = ${values[at]}`)
      return sql`(${sql.join([...same, sql`${sql.ref(column)} > ${values[index]}`], sql` and `)})`
    })
    return sql<SqlBool>`(${sql.join(parts, sql` or `)})`
  },
  // It takes the greatest there is, and goes on from there.
  continueRowNumbers: async () => undefined,
  overwriteDeleted: async () => undefined,
  async hasTable(db, table) {
    const { rows } = await sql`
      select 1 from information_schema.tables where table_schema = database() and table_name = ${table}`.execute(db)
    return rows.length > 0
  },
  async unfit(db) {
    const asked = sql`select @@sql_mode as mode, @@innodb_flush_log_at_trx_commit as flush`
    const { mode, flush } = settings.parse((await asked.execute(db)).rows[0])
    if (flush !== 1) return 'loses commits in a crash; set innodb_flush_log_at_trx_commit to 1'
    // Drivers write values into the text of a statement, with backslashes.
    if (/NO_BACKSLASH_ESCAPES/.test(mode)) return 'must not have NO_BACKSLASH_ESCAPES in sql_mode'
    const touched = await db
      .updateTable('mendkit_schema')
      .set((is) => ({ version: is.ref('version') }))
      .executeTakeFirst()
    if (Number(touched.numUpdatedRows) !== 1) return 'must count the rows that an update finds; set the flag FOUND_ROWS'
    if (!/STRICT_/.test(mode)) return 'must have STRICT_TRANS_TABLES in sql_mode, so that it cuts no value off'
    return undefined
  },
  failureKind: (error) => numbers.get(numberOf(error) ?? 0) ?? connectionFailure(error),
}
