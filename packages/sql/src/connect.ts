import { existsSync } from 'node:fs'
import { MendkitError } from '@mendkit/core'
import { type Connections, openMysql, openPostgres, openSqliteFile, readSqliteFile } from './client.ts'
import { explainFailure } from './database-failure.ts'
import type { Dialect } from './dialect/dialect.ts'
import { dialects } from './dialect/dialects.ts'
import { assertForPostgres, checkOptions } from './options.ts'
import { inItsPlace, type Place, placeOf } from './place.ts'
import type { PoolOptions } from './pool/pool-options.ts'
import { retryBusy } from './retry-busy.ts'
import { parseSource, type Source } from './source.ts'
import type { Database } from './tables.ts'

/** A database that was named, on one connection. */
export interface OnDatabase {
  readonly db: Database
  readonly dialect: Dialect
  /** A name for it that holds no password. */
  readonly database: string
  /** Where its tables are. */
  readonly place: Place
}

/** Where in a database the tables are, as `sqlStore` was told. */
export interface TablePlace {
  /** As in the options of `sqlStore`: the schema of PostgreSQL. @default the first schema of the user's search path */
  readonly schema?: string
  /** As in the options of `sqlStore`: what the names of tables begin with. @default 'mendkit_' */
  readonly prefix?: string
}

/** How long to wait for a writer that has a file for itself, or for a server that is away, in milliseconds. */
export const patienceMs = 5_000

const pool: PoolOptions = { maxConnections: 2, statementTimeoutMs: 60_000, lockPatienceMs: patienceMs }

/** Reads a file name or URL. Throws `config` for what is neither, and for a place that it cannot have. */
export function sourceOf(source: string, { schema, prefix }: TablePlace = {}): Source {
  checkOptions(source, { schema, prefix })
  const named = parseSource(source)
  assertForPostgres('sqlStore', named.kind, schema === undefined ? {} : { schema })
  return named
}

/** Opens what a source names, by one's own settings of the pool. Throws the driver's error. */
export function connect(source: Source, options: PoolOptions): Promise<Connections> {
  if (source.kind === 'sqlite') return openSqliteFile(source.file)
  return source.kind === 'postgres' ? openPostgres(source.url, options) : openMysql(source.url, options)
}

/**
 * Looks at a database on a connection that is closed afterwards; a file is opened so that it cannot be written, and none is made.
 * Throws `config` when there is no such file; failures of the database are explained.
 */
export function reading<Result>(
  source: string,
  read: (on: OnDatabase) => Promise<Result>,
  at: TablePlace = {},
): Promise<Result> {
  const named = sourceOf(source, at)
  const place = placeOf(at)
  const { database } = named
  const dialect = dialects[named.kind]
  if (named.kind === 'sqlite' && !existsSync(named.file)) {
    throw new MendkitError('config', `${database} does not exist; name the file of your host`)
  }
  return explained(named, () =>
    named.kind === 'sqlite'
      ? readSqliteFile(named.file, (db) => read({ db: inItsPlace(db, place), dialect, database, place }))
      : closing(connect(named, pool), ({ reader }) =>
          reader.connection().execute((db) => read({ db: inItsPlace(db, place), dialect, database, place })),
        ),
  )
}

/** Works on a database, which is made where it is a file that does not exist. Failures of the database are explained. */
export function writing<Result>(
  source: string,
  write: (on: OnDatabase) => Promise<Result>,
  at: TablePlace = {},
): Promise<Result> {
  const named = sourceOf(source, at)
  const place = placeOf(at)
  const on = { dialect: dialects[named.kind], database: named.database, place }
  return explained(named, () =>
    closing(connect(named, pool), ({ writer }) => write({ db: inItsPlace(writer, place), ...on })),
  )
}

async function closing<Result>(
  opening: Promise<Connections>,
  use: (connections: Connections) => Promise<Result>,
): Promise<Result> {
  const connections = await opening
  try {
    return await use(connections)
  } finally {
    await connections.close()
  }
}

async function explained<Result>({ kind, database }: Source, work: () => Promise<Result>): Promise<Result> {
  const { failureKind } = dialects[kind]
  try {
    return await retryBusy(work, patienceMs, failureKind)
  } catch (error) {
    throw explainFailure(error, database, failureKind)
  }
}
