import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import type { Connections } from './client.ts'
import { pglite as dialect } from './dialect/pglite.ts'
import { plainRows } from './plain-rows.ts'
import type { Database } from './tables.ts'

/** What answers queries of PGlite, within a transaction or outside. */
export interface PgliteQueries {
  /** Runs one statement. */
  query(
    text: string,
    parameters?: unknown[],
  ): Promise<{ readonly rows: unknown[]; readonly affectedRows?: number | undefined }>
}

/** What is needed of a PGlite, by shape: the host may have another copy of it. */
export interface PgliteDatabase extends PgliteQueries {
  readonly waitReady: Promise<void>
  /** Runs `work` while nobody else is served; what it throws takes everything back. */
  transaction<Result>(
    work: (queries: PgliteQueries & { rollback(): Promise<void> }) => Promise<Result>,
  ): Promise<Result>
}

/** Our tables in a PGlite that the host opened and will close. */
export function pgliteConnections(database: PgliteDatabase): Connections {
  const opened: Database = new Kysely({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => pgliteDriver(database),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  })
  const db = opened.withPlugin(plainRows)
  return {
    dialect,
    writer: db,
    reader: db,
    readFor: (_, read) => read(),
    assertInPlace: () => undefined,
    close: () => opened.destroy(),
  }
}

/** A connection in name only: PGlite has one, and lets everybody who uses it take turns, one transaction after the other. */
interface Turn extends DatabaseConnection {
  begin(): Promise<void>
  end(how: 'commit' | 'rollback'): Promise<void>
}

/** Kysely's own driver serves whoever asks during a transaction within it; here only whoever began it is. */
function pgliteDriver(database: PgliteDatabase): Driver {
  const turn = (connection: DatabaseConnection) => connection as Turn
  const savepoint = (connection: DatabaseConnection, text: string) =>
    connection.executeQuery(CompiledQuery.raw(text)).then(() => undefined)
  return {
    init: () => database.waitReady,
    acquireConnection: async () => takingTurns(database),
    beginTransaction: (connection) => turn(connection).begin(),
    commitTransaction: (connection) => turn(connection).end('commit'),
    rollbackTransaction: (connection) => turn(connection).end('rollback'),
    savepoint: (connection, name) => savepoint(connection, `savepoint ${name}`),
    rollbackToSavepoint: (connection, name) => savepoint(connection, `rollback to savepoint ${name}`),
    releaseSavepoint: (connection, name) => savepoint(connection, `release savepoint ${name}`),
    releaseConnection: async () => undefined,
    destroy: async () => undefined,
  }
}

function takingTurns(database: PgliteDatabase): Turn {
  let transaction: { readonly queries: PgliteQueries; end(how: 'commit' | 'rollback'): Promise<void> } | undefined
  return {
    async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, affectedRows } = await (transaction?.queries ?? database).query(sql, [...parameters])
      return { rows: rows as Row[], ...(affectedRows !== undefined && { numAffectedRows: BigInt(affectedRows) }) }
    },
    streamQuery() {
      throw new Error('PGlite answers whole results only')
    },
    async begin() {
      const begun = Promise.withResolvers<PgliteQueries>()
      const ending = Promise.withResolvers<'commit' | 'rollback'>()
      const ended = database.transaction(async (queries) => {
        begun.resolve(queries)
        if ((await ending.promise) === 'rollback') await queries.rollback()
      })
      ended.catch(begun.reject)
      const queries = await begun.promise
      transaction = {
        queries,
        async end(how) {
          ending.resolve(how)
          await ended
        },
      }
    },
    async end(how) {
      const open = transaction
      transaction = undefined
      await open?.end(how)
    },
  }
}
