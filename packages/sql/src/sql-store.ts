import { type Clock, commitInGroups, type LogKeys, MendkitError, type Store } from '@mendkit/core'
import type { Access } from './access.ts'
import { type Connections, type HostKysely, hostConnections, openSqliteFile } from './client.ts'
import { canTryAgain, explainFailure } from './database-failure.ts'
import { leases } from './leases.ts'
import { checkOptions } from './options.ts'
import { alertReads } from './read-alerts.ts'
import { auditReads } from './read-audit.ts'
import { documentReads } from './read-documents.ts'
import { retryBusy } from './retry-busy.ts'
import { runGroup } from './run-group.ts'
import { openSchema } from './schema.ts'
import { makeStatements } from './statements.ts'
import { breathe, inTransaction } from './transaction.ts'

/** A database that the host opened and will close. */
export interface HostDatabase {
  /**
   * SQLite in WAL mode with `synchronous = full`; anything less loses commits when the machine loses power. Plugins of
   * this instance do not apply to our queries.
   */
  readonly db: HostKysely
}

/** What can be set about a store on SQL. */
export interface SqlStoreOptions {
  /**
   * How long a commit waits, in milliseconds, while another process holds the write lock, before it throws `unavailable`.
   * @default 5_000
   */
  readonly lockPatienceMs?: number
}

/**
 * A store in a SQLite file, or in the tables named `mendkit_…` of a database that the host opened. Nothing is opened
 * before `open`. Several processes may use one file on one machine.
 *
 * Throws `config` at once for wrong options, and `unsupported` for a database that is not SQLite.
 * `open` throws `config` when the file cannot be opened or written, `corrupt` when it is damaged or no database,
 * `unsupported` when a newer version wrote it, and `unavailable` when another process keeps it locked.
 */
export function sqlStore(source: string | HostDatabase, options: SqlStoreOptions = {}): Store {
  checkOptions(source, options)
  const { lockPatienceMs = 5_000 } = options
  const database = typeof source === 'string' ? `the database ${source}` : "the host's database"
  const host = typeof source === 'string' ? undefined : hostConnections(source.db)
  const connect = async () => (typeof source === 'string' ? openSqliteFile(source) : hostConnections(source.db))
  const statements = makeStatements()
  let opened: { readonly connections: Connections; readonly clock: Clock; readonly keys: LogKeys } | undefined

  /** Runs work on the open database; whatever the driver throws is explained. */
  async function explained<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (error) {
      throw explainFailure(error, database)
    }
  }

  function use() {
    if (opened === undefined) throw new MendkitError('unavailable', `${database} is closed; call \`open\` first`)
    return opened
  }

  const access: Access = {
    read: (ctx, query) =>
      explained(async () => {
        ctx.signal.throwIfAborted()
        const { connections, clock } = use()
        connections.assertInPlace()
        return retryBusy(() => query(connections.reader, clock.now()), lockPatienceMs)
      }),
    write: (ctx, query) =>
      explained(async () => {
        ctx.signal.throwIfAborted()
        const { connections, clock } = use()
        connections.assertInPlace()
        return inTransaction(connections.writer, lockPatienceMs, async (db) => ({
          keep: true,
          result: await query(db, clock.now()),
        }))
      }),
  }

  const group = commitInGroups(async (changes) => {
    const { connections, clock, keys } = use()
    // A transaction holds the event loop for most of its time: whatever has arrived by now shares the next one.
    await breathe()
    connections.assertInPlace()
    try {
      return await inTransaction(connections.writer, lockPatienceMs, (db) =>
        runGroup(db, statements, clock.now(), changes, keys),
      )
    } catch (error) {
      throw canTryAgain(error) ? error : explainFailure(error, database)
    }
  })

  return {
    spec: 1,
    id: 'sql',
    durable: true,
    async open({ clock, ...keys }, ctx) {
      ctx.signal.throwIfAborted()
      if (opened !== undefined) return
      await explained(async () => {
        const connections = host ?? (await retryBusy(connect, lockPatienceMs))
        try {
          await openSchema(connections.writer, clock, lockPatienceMs, database)
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
      await closing?.connections.close()
    },
    now: (ctx) => access.read(ctx, async (_, now) => now),
    async commit(change, ctx) {
      use()
      return explained(() => group.commit(change, ctx))
    },
    ...leases(access),
    ...documentReads(access),
    ...alertReads(access),
    ...auditReads(access),
  }
}
