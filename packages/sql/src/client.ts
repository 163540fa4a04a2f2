import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { MendkitError } from '@mendkit/core'
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely'
import { fileInPlace } from './file-in-place.ts'
import type { Database } from './tables.ts'

/** The two connections that a store works with. They are the same one when the host gave its own. */
export interface Connections {
  readonly writer: Database
  readonly reader: Database
  /** Throws `unavailable` when the file that was opened is no longer the one under its path. */
  assertInPlace(): void
  /** Closes what was opened here; a host's own connection stays open. */
  close(): Promise<void>
}

/** Statements that stay prepared per connection. */
const preparedStatements = 200

/**
 * Opens a SQLite file for one writer and one reader, so that reading does not wait for a transaction. Neither ever waits
 * inside SQLite, which would block the event loop: a locked file is an error at once. Throws the driver's error.
 */
export async function openSqliteFile(file: string): Promise<Connections> {
  // Loaded on use: Node 22 prints a warning when it loads this module.
  const { DatabaseSync } = await import('node:sqlite')
  const open = (...pragmas: readonly string[]) => {
    const database = new DatabaseSync(file, { timeout: 0 })
    try {
      for (const pragma of pragmas) database.exec(`pragma ${pragma}`)
      return database
    } catch (error) {
      database.close()
      throw error
    }
  }
  const writing = open(
    // Only a new file takes it. Alerts are about 1 KB: more of them fill a page of twice the usual size to its end.
    'page_size = 8192',
    'journal_mode = wal',
    'synchronous = full',
    'journal_size_limit = 67108864',
    // 16 MiB: a page that several commits of a storm wrote is brought into the file once.
    'wal_autocheckpoint = 2000',
    // Where savepoints keep pages to take back: by default a temporary file for each, written page by page.
    'temp_store = memory',
    'cache_size = -16000',
  )
  const reading = open('query_only = on')
  const [writer, reader] = [sqliteKysely(writing), sqliteKysely(reading)]
  return {
    writer,
    reader,
    assertInPlace: fileInPlace(file),
    async close() {
      await reader.destroy()
      await writer.destroy()
    },
  }
}

/**
 * Reads a SQLite file on a connection that cannot write, and closes it. The file must exist; reading makes none. Throws
 * the driver's error.
 */
export async function readSqliteFile<Result>(file: string, read: (db: Database) => Promise<Result>): Promise<Result> {
  const { DatabaseSync } = await import('node:sqlite')
  const db = sqliteKysely(new DatabaseSync(file, { readOnly: true, timeout: 0 }))
  try {
    return await read(db)
  } finally {
    await db.destroy()
  }
}

/** The host's own Kysely instance, with whatever tables it has. */
// biome-ignore lint/suspicious/noExplicitAny: a host's own tables are none of ours, and `Kysely` is invariant in them.
export type HostKysely = Kysely<any> // oxlint-disable-line typescript/no-explicit-any

/**
 * Our tables in a database that the host opened, without the host's plugins, which may rename columns. Throws
 * `unsupported` when it is not SQLite.
 */
export function hostConnections(db: HostKysely): Connections {
  // By name: the host may have another copy of Kysely.
  const { name } = db.getExecutor().adapter.constructor
  if (name !== 'SqliteAdapter') {
    const says = `the host's database speaks another dialect than SQLite (its adapter is ${name}); give a SQLite one`
    throw new MendkitError('unsupported', says, { path: 'source.db' })
  }
  const ours: Database = db.withoutPlugins()
  return { writer: ours, reader: ours, assertInPlace: () => undefined, close: async () => undefined }
}

/** Kysely on `node:sqlite`. */
export function sqliteKysely(database: DatabaseSync): Database {
  return new Kysely({ dialect: new SqliteDialect({ database: preparedDatabase(database) }) })
}

/** A connection of `node:sqlite` as Kysely wants it, with its statements kept prepared. */
export function preparedDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>()
  return {
    close: () => {
      statements.clear()
      database.close()
    },
    prepare(sql) {
      const known = statements.get(sql)
      if (known !== undefined) {
        statements.delete(sql)
        statements.set(sql, known)
        return known
      }
      const statement = asKyselyStatement(database.prepare(sql))
      statements.set(sql, statement)
      for (const oldest of statements.keys()) {
        if (statements.size <= preparedStatements) break
        statements.delete(oldest)
      }
      return statement
    },
  }
}

function asKyselyStatement(statement: StatementSync): SqliteStatement {
  const bind = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[]
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...bind(parameters)),
    run: (parameters) => statement.run(...bind(parameters)),
    iterate: (parameters) => statement.iterate(...bind(parameters)),
  }
}
