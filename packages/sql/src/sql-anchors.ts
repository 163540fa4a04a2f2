import {
  type Anchor,
  type AnchorPlace,
  type AnchorSink,
  assertSameRoot,
  type CallContext,
  checkLimit,
  parseCheckpoint,
  readOptions,
} from '@mendkit/core'
import { z } from 'zod'
import { type Connections, hostConnections, openMysql, openPostgres, openSqliteFile } from './client.ts'
import { explainFailure } from './database-failure.ts'
import { dialects } from './dialect/dialects.ts'
import { checkOptions } from './options.ts'
import { retryBusy } from './retry-busy.ts'
import { parseSource, type Source } from './source.ts'
import type { HostDatabase } from './sql-store.ts'
import type { Database } from './tables.ts'
import { untilAborted } from './until-aborted.ts'

/** What can be set about anchors in a second database. */
export interface SqlAnchorsOptions {
  /** @default `sql:` and the database, without its password */
  readonly id?: string
  /** @default what the address says: a file and a loopback address are on this machine, all else is elsewhere */
  readonly apart?: Exclude<AnchorPlace['apart'], 'same-database'>
}

/** Anchors in a second database. */
export interface SqlAnchors extends AnchorSink {
  /** Lets go of its connections. Idempotent; a later call opens them again. */
  close(): Promise<void>
}

const shape = z.strictObject({
  id: z.string().min(1).optional(),
  apart: z.enum(['this-machine', 'elsewhere'], { error: "must be 'this-machine' or 'elsewhere'" }).optional(),
})

/** How long a database that is locked or away is tried, in milliseconds: the engine itself tries again later. */
const patienceMs = 500
const pool = { lockPatienceMs: patienceMs, statementTimeoutMs: 30_000, maxConnections: 2 }

/**
 * Keeps anchors in a table `mendkit_anchor` of a second database: a SQLite file, PostgreSQL, MySQL or MariaDB, named like the source
 * of `sqlStore`. It only ever inserts; give its user no more than that (INSERT and SELECT), so that whoever takes over the host can add and not
 * change. The table is made by the first `put` when it is not there. `place` says `same-database` when a log lies in the same one,
 * because then whoever can rewrite the log can rewrite its anchors.
 *
 * Throws `config` at once for wrong options; calls throw what the store throws for a database that is away, full or wrong.
 */
export function sqlAnchors(source: string | HostDatabase, options: SqlAnchorsOptions = {}): SqlAnchors {
  checkOptions(source, {})
  readOptions('sqlAnchors', shape, options)
  const own = typeof source === 'string' ? parseSource(source) : undefined
  const database = own?.database ?? "the host's database"
  const { id = `sql:${database.replace(/^the (database )?/, '')}`, apart = apartOf(own) } = options
  let opening: Promise<Connections> | undefined

  function connections(): Promise<Connections> {
    opening ??= connect(source, own).catch((error: unknown) => {
      opening = undefined
      throw error
    })
    return opening
  }

  async function run<Result>(ctx: CallContext, work: (connections: Connections) => Promise<Result>): Promise<Result> {
    ctx.signal.throwIfAborted()
    const failureKind =
      own === undefined
        ? hostConnections((source as HostDatabase).db).dialect.failureKind
        : dialects[own.kind].failureKind
    try {
      return await untilAborted(
        retryBusy(async () => work(await connections()), patienceMs, failureKind),
        ctx.signal,
      )
    } catch (error) {
      ctx.signal.throwIfAborted()
      throw explainFailure(error, database, failureKind)
    }
  }

  return {
    spec: 1,
    id,
    keeps: 'append-only',
    place: (ctx) =>
      run(ctx, async ({ dialect, reader }) => {
        const holdsLogs = await dialect.hasTable(reader, 'mendkit_audit')
        return { where: database, apart: holdsLogs ? 'same-database' : apart }
      }),
    put: ({ note, at }, ctx) =>
      run(ctx, async ({ dialect, writer }) => {
        const checkpoint = parseCheckpoint(note)
        const { origin, size } = checkpoint
        await makeTable(writer, dialect)
        try {
          await tableIn(writer).insertInto('mendkit_anchor').values({ origin, size, note, at }).execute()
        } catch (error) {
          const kept = await atSize(writer, origin, size)
          // It failed for the key that is there already, or for something else.
          if (kept.length === 0) throw error
          assertSameRoot(id, kept, checkpoint)
        }
      }),
    latest: (origin, ctx) =>
      run(ctx, async ({ dialect, reader }) => {
        if (!(await dialect.hasTable(reader, 'mendkit_anchor'))) return undefined
        return tableIn(reader)
          .selectFrom('mendkit_anchor')
          .select(['note', 'at'])
          .where('origin', '=', origin)
          .orderBy('size', 'desc')
          .limit(1)
          .executeTakeFirst()
      }),
    list: ({ origin, from, limit }, ctx) =>
      run(ctx, async ({ dialect, reader }) => {
        checkLimit(limit)
        return (await dialect.hasTable(reader, 'mendkit_anchor')) ? anchorsFrom(reader, origin, from, limit) : []
      }),
    async close() {
      const closing = opening
      opening = undefined
      await (await closing?.catch(() => undefined))?.close()
    },
  }
}

/** No part of a store's schema: it belongs into another database. */
type AnchorTable = { mendkit_anchor: { origin: string; size: number; note: string; at: number } }

function tableIn(db: Database) {
  return db.withTables<AnchorTable>()
}

function atSize(db: Database, origin: string, size: number): Promise<Anchor[]> {
  return tableIn(db)
    .selectFrom('mendkit_anchor')
    .select(['note', 'at'])
    .where('origin', '=', origin)
    .where('size', '=', size)
    .execute()
}

function anchorsFrom(db: Database, origin: string, from: number, limit: number): Promise<Anchor[]> {
  return tableIn(db)
    .selectFrom('mendkit_anchor')
    .select(['note', 'at'])
    .where('origin', '=', origin)
    .where('size', '>=', from)
    .orderBy('size')
    .limit(limit)
    .execute()
}

async function makeTable(db: Database, dialect: Connections['dialect']): Promise<void> {
  if (await dialect.hasTable(db, 'mendkit_anchor')) return
  const { name, whole, text, inKey } = dialect.ddl
  const statement = `create table if not exists mendkit_anchor (
  origin ${name} not null, size ${whole} not null, note ${text} not null, at ${whole} not null,
  primary key (origin, size))${inKey}`
  await dialect.migrate(db, statement)
}

function connect(source: string | HostDatabase, own: Source | undefined): Promise<Connections> {
  if (own?.kind === 'sqlite') return openSqliteFile(own.file)
  if (own?.kind === 'postgres') return openPostgres(own.url, pool)
  if (own?.kind === 'mysql') return openMysql(own.url, pool)
  return Promise.resolve(hostConnections((source as HostDatabase).db))
}

function apartOf(own: Source | undefined): 'this-machine' | 'elsewhere' {
  // Of a connection that the host made, only the host knows.
  if (own === undefined || own.kind === 'sqlite') return 'this-machine'
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/i.test(new URL(own.url).hostname) ? 'this-machine' : 'elsewhere'
}
