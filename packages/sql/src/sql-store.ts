import { type Clock, commitInGroups, type LogKeys, MendkitError, type RunGroup, type Store } from '@mendkit/core'
import type { Access } from './access.ts'
import { type Connections, type HostKysely, hostConnections, placeConnections } from './client.ts'
import { connect as connectTo } from './connect.ts'
import { canTryAgain, explainFailure } from './database-failure.ts'
import { dialects } from './dialect/dialects.ts'
import { leases } from './leases.ts'
import { assertForPostgres, checkOptions } from './options.ts'
import { type PgliteDatabase, pgliteConnections } from './pglite.ts'
import { type Place, usualPrefix } from './place.ts'
import { limitsOf } from './pool/pool-options.ts'
import { postgresQueue } from './postgres-queue.ts'
import { alertReads } from './read-alerts.ts'
import { auditReads } from './read-audit.ts'
import { documentReads } from './read-documents.ts'
import { historyReads } from './read-history.ts'
import { receipts, sweepReceipts } from './receipts.ts'
import { retryBusy } from './retry-busy.ts'
import { assertRowLevelSecurity } from './row-level-security.ts'
import { runGroup } from './run-group.ts'
import { openSchema } from './schema.ts'
import { limitTo, type Scope } from './scope.ts'
import { parseSource } from './source.ts'
import { makeStatements } from './statements.ts'
import type { Database } from './tables.ts'
import { breathe, inTransaction } from './transaction.ts'
import { untilAborted } from './until-aborted.ts'

/** Tenants whose commits run at the same time, each on a connection. */
const lanes = 4

/** A database that the host opened and will close. */
export interface HostDatabase {
  /**
   * SQLite in WAL mode with `synchronous = full` (anything less loses commits when the machine loses power), PostgreSQL, MySQL
   * or MariaDB. Plugins of this instance do not apply to our queries.
   */
  readonly db: HostKysely
}

/** A PGlite, which is PostgreSQL within the process, that the host opened and will close. */
export interface HostPglite {
  /** One instance, which the host and any number of stores may share: they take turns. */
  readonly pglite: PgliteDatabase
}

/** What can be set about a store on SQL. */
export interface SqlStoreOptions {
  /**
   * How long, in milliseconds, a commit tries again while others hold locks or the database is away, before it throws
   * `unavailable`.
   * @default 5_000
   */
  readonly lockPatienceMs?: number
  /**
   * How long one statement may take on a server, in milliseconds; the server ends it then. For a URL: a host sets the timeouts
   * of its own connections, and SQLite runs within the process.
   * @default 30_000
   */
  readonly statementTimeoutMs?: number
  /**
   * Connections in the pool that a URL is opened with.
   * @default 10
   */
  readonly maxConnections?: number
  /**
   * The schema of PostgreSQL in which the tables are; it is made where it is not there and the user may. Small letters, digits
   * and underscores.
   * @default the first schema of the user's search path
   */
  readonly schema?: string
  /**
   * What the names of tables and indexes begin with. Deployments with schemas or prefixes of their own share a database and
   * know nothing of each other.
   * @default 'mendkit_'
   */
  readonly prefix?: string
  /**
   * Whether PostgreSQL itself is to keep tenants apart: every query then says whose rows it is about, and the server shows it
   * no others. Needs tables that `migrationsSql({ rowLevelSecurity })` has prepared and a user that is not their owner: `open`
   * makes no tables then, and throws `config` for tables that are not prepared or a user whom the server would not hold to it. A
   * read costs two or three round trips more, a commit one.
   * @default false
   */
  readonly rowLevelSecurity?: boolean
  /**
   * Whether hosts wake each other when they commit work, by LISTEN and NOTIFY of PostgreSQL: for a URL, and not through a pooler
   * that shares connections between transactions. It takes a connection more per host and a round trip more per commit. Without
   * it, work of another host is found by the next sweep.
   * @default false
   */
  readonly nudges?: boolean
}

/**
 * A store in a SQLite file, in PostgreSQL, MySQL or MariaDB (a URL that begins with `postgres://`, `postgresql://`,
 * `mysql://` or `mariadb://`), or in a database that the host opened; in tables named `mendkit_…`. Nothing is opened before
 * `open`. Several processes may use one file on one machine, and any number one server. A store in a PGlite says that it is not
 * durable, so that nothing acts by itself on it: it is for trying out and for tests.
 *
 * Throws `config` at once for wrong options, and `unsupported` for a host's database of another kind.
 * `open` throws `config` when the database cannot be opened or written, its driver is not installed, or the server is set up
 * so that commits can be lost; `corrupt` when it is damaged or no database, `unsupported` when a newer version wrote
 * it, and `unavailable` when it is locked or cannot be reached. No error holds the password of a URL.
 */
export function sqlStore(source: string | HostDatabase | HostPglite, options: SqlStoreOptions = {}): Store {
  checkOptions(source, options)
  const { lockPatienceMs = 5_000, statementTimeoutMs = 30_000, maxConnections = 10 } = options
  const own = typeof source === 'string' ? parseSource(source) : undefined
  const host = typeof source === 'string' ? undefined : connectionsOf(source)
  const database = own?.database ?? "the host's database"
  const dialect = own === undefined ? (host?.dialect ?? dialects.sqlite) : dialects[own.kind]
  const { schema, prefix = usualPrefix, rowLevelSecurity = false, nudges = false } = options
  const place: Place = { schema, prefix }
  assertForPostgres('sqlStore', dialect.name, options)
  const statements = makeStatements(dialect)
  const receipt = dialect.needsReceipts ? receipts(dialect, place) : undefined
  const queue = nudges && own?.kind === 'postgres' ? postgresQueue(own.url, place, database) : undefined
  const opening = (scope: Scope) => (rowLevelSecurity ? [limitTo(scope)] : [])
  let opened: { readonly connections: Connections; readonly clock: Clock; readonly keys: LogKeys } | undefined

  function connect(): Promise<Connections> {
    const pool = { lockPatienceMs, statementTimeoutMs, maxConnections }
    if (own !== undefined) return connectTo(own, pool)
    return Promise.resolve(connectionsOf(source as HostDatabase | HostPglite))
  }

  /** Runs work on the open database; whatever the driver throws is explained. */
  async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw explainFailure(error, database, dialect.failureKind)
    }
  }

  function use() {
    if (opened === undefined) throw new MendkitError('unavailable', `${database} is closed; call \`open\` first`)
    const { connections, clock, keys } = opened
    connections.assertInPlace()
    return { ...connections, clock, keys }
  }

  const access: Access = {
    read: (ctx, scope, query) =>
      explained(async () => {
        ctx.signal.throwIfAborted()
        const { reader, clock, ...connections } = use()
        const run = async (db: Database) => {
          ctx.signal.throwIfAborted()
          return query(db, () => dialect.now(db, clock))
        }
        const limited = { dialect, patienceMs: lockPatienceMs, first: opening(scope) }
        const read = () =>
          rowLevelSecurity
            ? inTransaction(reader, limited, async (db) => ({ keep: true, result: await run(db) }))
            : retryBusy(() => run(reader), lockPatienceMs, dialect.failureKind)
        return untilAborted(connections.readFor(ctx.signal, read), ctx.signal)
      }),
    write: (ctx, scope, query) =>
      explained(async () => {
        ctx.signal.throwIfAborted()
        const { writer, clock } = use()
        const limited = { dialect, patienceMs: lockPatienceMs, first: opening(scope) }
        return inTransaction(writer, limited, async (db) => ({
          keep: true,
          result: await query(db, () => dialect.now(db, clock)),
        }))
      }),
  }

  const runOne: RunGroup = async (changes, lane) => {
    use()
    // A transaction holds the event loop for most of its time: whatever has arrived by now shares the next one.
    await breathe()
    const { writer, clock, keys } = use()
    const tenant = changes[0]?.tenant ?? ''
    const options = {
      dialect,
      patienceMs: lockPatienceMs,
      // The server may hold the locks of a connection that it does not know to be gone.
      lookupMs: lockPatienceMs + limitsOf({ statementTimeoutMs, lockPatienceMs }).idleMs,
      first: opening({ tenant }),
      receipt: receipt?.next(tenant, lane, () => clock.now()),
    }
    try {
      return await inTransaction(writer, options, (db) =>
        runGroup(
          db,
          { dialect, place, statements, keys, announce: queue?.announce, time: () => dialect.now(db, clock) },
          changes,
        ),
      )
    } catch (error) {
      throw canTryAgain(dialect.failureKind(error)) ? error : explainFailure(error, database, dialect.failureKind)
    }
  }
  const group = commitInGroups(runOne, { lanes: dialect.hasRowLocks ? lanes : 1 })

  return {
    spec: 1,
    id: 'sql',
    durable: dialect.isDurable,
    async open({ clock, ...keys }, ctx) {
      ctx.signal.throwIfAborted()
      if (opened !== undefined) return
      await explained(async () => {
        const connections = placeConnections(await retryBusy(connect, lockPatienceMs, dialect.failureKind), place)
        try {
          const openIt = () => openDatabase(connections, { clock, lockPatienceMs, database, place, rowLevelSecurity })
          await retryBusy(openIt, lockPatienceMs, dialect.failureKind)
        } catch (error) {
          await connections.close()
          throw error
        }
        opened = { connections, clock, keys }
      })
    },
    async close() {
      await group.idle()
      const closing = opened
      opened = undefined
      if (closing === undefined) return
      // What keeps the row from being deleted (a server that is gone, a host's instance that is closed already) harms nothing: a
      // later `open` of any store sweeps it. Whoever closes is not to fail for it.
      await receipt?.end(closing.connections.writer).catch(() => undefined)
      await closing.connections.close()
    },
    ...(queue && { listen: (heard, ctx) => queue.listen(heard, ctx) }),
    now: (ctx) => access.read(ctx, { sweep: 'nothing' }, async (_, now) => now()),
    async commit(change, ctx) {
      use()
      return explained(() => group.commit(change, ctx))
    },
    ...leases(access, dialect),
    ...documentReads(access),
    ...alertReads(access),
    ...historyReads(access),
    ...auditReads(access),
  }
}

function connectionsOf(source: HostDatabase | HostPglite): Connections {
  return 'pglite' in source ? pgliteConnections(source.pglite) : hostConnections(source.db)
}

interface Opening {
  readonly clock: Clock
  readonly lockPatienceMs: number
  readonly database: string
  readonly place: Place
  readonly rowLevelSecurity: boolean
}

async function openDatabase(
  { dialect, writer }: Connections,
  { clock, lockPatienceMs, database, place, rowLevelSecurity }: Opening,
): Promise<void> {
  if (dialect.name === 'postgres') await assertRowLevelSecurity(writer, place, rowLevelSecurity, database)
  await openSchema(writer, dialect, clock, lockPatienceMs, database, place)
  const unfit = await dialect.unfit(writer)
  if (unfit !== undefined) throw new MendkitError('config', `${database} ${unfit}`)
  if (dialect.needsReceipts) await sweepReceipts(writer, clock.now())
}
