import { AsyncLocalStorage } from 'node:async_hooks'
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { MendkitError } from '@mendkit/core'
import {
  CompiledQuery,
  type DatabaseConnection,
  Kysely,
  type Dialect as KyselyDialect,
  MysqlDialect,
  PostgresDialect,
  type SqliteDatabase,
  SqliteDialect,
  type SqliteStatement,
} from 'kysely'
import type { Client as PostgresListener } from 'pg'
import type { Dialect } from './dialect/dialect.ts'
import { mysql } from './dialect/mysql.ts'
import { postgres } from './dialect/postgres.ts'
import { sqlite } from './dialect/sqlite.ts'
import { fileInPlace, makeForOwner } from './file-in-place.ts'
import { inItsPlace, type Place } from './place.ts'
import { plainRows } from './plain-rows.ts'
import { limitedMysqlPool } from './pool/mysql-pool.ts'
import { connectTimeoutMs, limitsOf, type PoolOptions } from './pool/pool-options.ts'
import { limitedPostgresPool } from './pool/postgres-pool.ts'
import type { Database } from './tables.ts'

/** The connections that a store works with. Writer and reader are the same except for a SQLite file. */
export interface Connections {
  readonly dialect: Dialect
  readonly writer: Database
  readonly reader: Database
  /** Reads for somebody; when their signal aborts, the query is ended on the server, where there is one of ours. */
  readonly readFor: <Result>(signal: AbortSignal, read: () => Promise<Result>) => Promise<Result>
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
  makeForOwner(file)
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
    dialect: sqlite,
    writer,
    reader,
    readFor: (_, read) => read(),
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

/** Opens a pool of connections to PostgreSQL. Throws `config` when its driver is not installed. */
export async function openPostgres(url: string, options: PoolOptions): Promise<Connections> {
  const { default: pg } = await installed('pg', () => import('pg'))
  const { connectMs, answerMs, idleMs } = limitsOf(options)
  const connection = { connectionString: url, connectionTimeoutMillis: connectMs, application_name: 'mendkit' }
  const pool = new pg.Pool({
    ...connection,
    max: options.maxConnections,
    statement_timeout: options.statementTimeoutMs,
    lock_timeout: Math.max(1, options.lockPatienceMs),
    idle_in_transaction_session_timeout: idleMs,
    keepAlive: true,
  })
  // Unheard, the end of a connection would end the process. Whoever uses it next, or now, gets an error of its own.
  const heard = () => undefined
  pool.on('error', heard)
  pool.on('connect', (client) => void client.on('error', heard))
  const cancel = async (processId: number) => {
    const client = new pg.Client(connection)
    client.on('error', heard)
    await client.connect()
    await client.query('select pg_cancel_backend($1)', [processId])
    await client.end()
  }
  return pooled(postgres, (signal) => {
    const limited = limitedPostgresPool(pool, { answerMs, signal, cancel: quietly(cancel) })
    return new PostgresDialect({ pool: limited })
  })
}

/** A connection to PostgreSQL that is to hear notifications, and is not made yet. Throws `config` when its driver is not installed. */
export async function postgresListener(url: string): Promise<PostgresListener> {
  const { default: pg } = await installed('pg', () => import('pg'))
  return new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    application_name: 'mendkit nudges',
  })
}

/** Opens a pool of connections to MySQL or MariaDB. Throws `config` when its driver is not installed. */
export async function openMysql(url: string, options: PoolOptions): Promise<Connections> {
  const { createConnection, createPool } = await installed('mysql2', () => import('mysql2'))
  const { connectMs, answerMs, idleMs } = limitsOf(options)
  const connection = { uri: url.replace(/^mariadb:/i, 'mysql:'), connectTimeout: connectMs, charset: 'utf8mb4' }
  const pool = createPool({ ...connection, connectionLimit: options.maxConnections, enableKeepAlive: true })
  const seconds = (ms: number) => Math.max(1, Math.ceil(ms / 1_000))
  // What stands between /*M! and */ is for MariaDB alone; MySQL has no such limits for a session.
  const settings = `set session sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION',
    innodb_lock_wait_timeout = ${seconds(options.lockPatienceMs)}
    /*M!, max_statement_time = ${seconds(options.statementTimeoutMs)}, idle_transaction_timeout = ${seconds(idleMs)} */`
  const onCreateConnection = async (connection: DatabaseConnection) => {
    await connection.executeQuery(CompiledQuery.raw(settings))
  }
  const cancel = (connectionId: number) =>
    new Promise<void>((resolve) => {
      const other = createConnection(connection)
      // Whether it could be ended or not: the server ends it by itself in the end.
      other.on('error', () => resolve())
      other.query(`kill query ${connectionId}`, () => {
        other.destroy()
        resolve()
      })
    })
  return pooled(mysql, (signal) => {
    const limited = limitedMysqlPool(pool, { connectMs, answerMs, signal, cancel })
    return new MysqlDialect({ pool: limited, onCreateConnection })
  })
}

/** Cancelling that does not work costs nothing but time: the server ends the query by itself in the end. */
function quietly(cancel: (id: number) => Promise<void>): (id: number) => Promise<void> {
  return (id) => cancel(id).catch(() => undefined)
}

function pooled(dialect: Dialect, open: (signal: () => AbortSignal | undefined) => KyselyDialect): Connections {
  const reading = new AsyncLocalStorage<AbortSignal>()
  const opened: Database = new Kysely({ dialect: open(() => reading.getStore()) })
  const db = opened.withPlugin(plainRows)
  return {
    dialect,
    writer: db,
    reader: db,
    readFor: (signal, read) => reading.run(signal, read),
    assertInPlace: () => undefined,
    close: () => opened.destroy(),
  }
}

/** The same connections, for tables that are elsewhere than usual. */
export function placeConnections(connections: Connections, place: Place): Connections {
  const writer = inItsPlace(connections.writer, place)
  const reader = connections.reader === connections.writer ? writer : inItsPlace(connections.reader, place)
  return { ...connections, writer, reader }
}

/** A driver that is loaded on use. Throws `config` when it is not installed. */
async function installed<Driver>(name: string, load: () => Promise<Driver>): Promise<Driver> {
  try {
    return await load()
  } catch (error) {
    const { code } = error as { code?: unknown }
    if (code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new MendkitError('config', `this database needs the package ${name}; install it: npm install ${name}`)
  }
}

/** The host's own Kysely instance, with whatever tables it has. */
// biome-ignore lint/suspicious/noExplicitAny: a host's own tables are none of ours, and `Kysely` is invariant in them.
export type HostKysely = Kysely<any> // oxlint-disable-line typescript/no-explicit-any

/**
 * Our tables in a database that the host opened, without the host's plugins, which may rename columns. Throws
 * `unsupported` when it is none of those that we know.
 */
export function hostConnections(db: HostKysely): Connections {
  const dialect = dialectOf(db)
  const ours: Database = db.withoutPlugins().withPlugin(plainRows)
  return {
    dialect,
    writer: ours,
    reader: ours,
    readFor: (_, read) => read(),
    assertInPlace: () => undefined,
    close: async () => undefined,
  }
}

/** By what its adapter can do: the host may have another copy of Kysely, or an adapter of its own. */
function dialectOf(db: HostKysely): Dialect {
  const { adapter } = db.getExecutor()
  if (adapter.supportsOutput !== true) {
    if (adapter.supportsTransactionalDdl && adapter.supportsReturning) {
      if (adapter.supportsMultipleConnections !== false) return postgres
      const says =
        'serves whoever asks during a transaction within it; give sqlStore({ pglite }) with the PGlite itself'
      throw new MendkitError('unsupported', `Kysely on PGlite ${says}`, { path: 'source.db' })
    }
    if (!adapter.supportsTransactionalDdl) return adapter.supportsReturning ? sqlite : mysql
  }
  const says = `(its adapter is ${adapter.constructor.name}); give one of SQLite, PostgreSQL, MySQL or MariaDB`
  throw new MendkitError('unsupported', `the host's database speaks a dialect that is not known ${says}`, {
    path: 'source.db',
  })
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
