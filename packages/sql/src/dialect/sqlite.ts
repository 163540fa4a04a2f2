import { CompiledQuery, sql } from 'kysely'
import type { FailureKind } from '../database-failure.ts'
import { openTransaction } from '../open-transaction.ts'
import type { Dialect } from './dialect.ts'
import { isAfter, orIgnore, orReplace, orWiden, partialIndex } from './on-conflict.ts'

/** SQLite's primary result codes that mean something to a caller, by number and by the name that other drivers give. */
const codes: readonly (readonly [number: number, name: string, kind: FailureKind])[] = [
  [5, 'SQLITE_BUSY', 'busy'],
  [6, 'SQLITE_LOCKED', 'busy'],
  [8, 'SQLITE_READONLY', 'read-only'],
  [10, 'SQLITE_IOERR', 'io'],
  [11, 'SQLITE_CORRUPT', 'corrupt'],
  [13, 'SQLITE_FULL', 'full'],
  [14, 'SQLITE_CANTOPEN', 'cannot-open'],
  [26, 'SQLITE_NOTADB', 'corrupt'],
]

const begin = [CompiledQuery.raw('begin immediate')]

/**
 * SQLite has one writer: a transaction holds the write lock from its first statement on, in whatever process, so nothing else
 * needs a lock.
 */
export const sqlite: Dialect = {
  name: 'sqlite',
  isDurable: true,
  ddl: {
    short: 'text',
    name: 'text',
    text: 'text',
    whole: 'integer',
    bytes: 'blob',
    rowNumber: 'integer primary key',
    inKey: ' without rowid',
    partialIndex,
    ownTables: [],
    ownIndexes: [],
  },
  snapshot: [CompiledQuery.raw('begin')],
  nothingHidden: [],
  open: (db) => openTransaction(db, begin),
  commitsAgain: true,
  hasRowLocks: false,
  needsReceipts: false,
  keepsHalfMigrations: false,
  now: async (_, clock) => clock.now(),
  lockTenant: async () => undefined,
  whileSchemaIsLocked: (_db, _prefix, work) => work(),
  async migrate(db, statement) {
    await db.executeQuery(CompiledQuery.raw(statement))
  },
  forUpdateOfFree: (query) => query,
  asWhole: (value) => sql<number | null>`${value}`,
  orIgnore,
  selectsValues: true,
  writesAtOnce: false,
  isDuplicate: () => false,
  orReplace,
  orWiden,
  isAfter,
  continueRowNumbers: async () => undefined,
  async overwriteDeleted(db) {
    await db.executeQuery(CompiledQuery.raw('pragma secure_delete = on'))
  },
  async hasTable(db, table) {
    const found = await sql`select name from sqlite_master where type = 'table' and name = ${table}`.execute(db)
    return found.rows.length > 0
  },
  unfit: async () => undefined,
  failureKind(error) {
    if (!(error instanceof Error)) return undefined
    const { errcode, code } = error as Error & { errcode?: unknown; code?: unknown }
    for (const [number, name, kind] of codes) {
      if (typeof errcode === 'number' && (errcode & 0xff) === number) return kind
      if (typeof code === 'string' && code.startsWith(name)) return kind
    }
    if (/no such (table|column)/.test(error.message)) return 'no-table'
    if (/database is not open|driver has already been destroyed/.test(error.message)) return 'closed'
    return undefined
  },
}
