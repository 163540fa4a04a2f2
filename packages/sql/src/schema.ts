import { type Clock, MendkitError } from '@mendkit/core'
import { sql } from 'kysely'
import { z } from 'zod'
import type { OnDatabase } from './connect.ts'
import type { Dialect } from './dialect/dialect.ts'
import { beforeMigrations, type Migration, migrations, statementsOf } from './migrations.ts'
import { lockPrefix, type Place, placed, usualPlace } from './place.ts'
import type { Database } from './tables.ts'
import { inTransaction } from './transaction.ts'

const schemaRow = z.object({ version: z.int().min(0), minimum_reader: z.int().min(0) })

/** The version of the schema that this code writes. */
export const ours = Math.max(...migrations.map((migration) => migration.version))

/**
 * Brings the schema up to date, or leaves it alone when it is, or is newer but readable. Safe when several processes do
 * it at once. Throws `unsupported` when a newer version made it unreadable, `corrupt` when the schema row is nonsense.
 */
export async function openSchema(
  db: Database,
  dialect: Dialect,
  clock: Clock,
  patienceMs: number,
  database: string,
  place: Place = usualPlace,
  steps: readonly Migration[] = migrations,
): Promise<void> {
  const isCurrent = async (connection: Database) => {
    const version = await readableVersion(connection, dialect, database, place)
    return version !== undefined && steps.every((step) => step.version <= version)
  }
  if (await isCurrent(db)) return
  const { ddl } = dialect
  await inTransaction(db, { dialect, patienceMs }, async (connection) => {
    const run = async (statements: readonly string[]) => {
      for (const statement of statements) await dialect.migrate(connection, placed(statement, place))
    }
    await dialect.whileSchemaIsLocked(connection, lockPrefix(place), async () => {
      // Another process may have done it while this one waited.
      const version = await readableVersion(connection, dialect, database, place)
      if (version === undefined) {
        if (place.schema !== undefined) await makeSchema(connection, place.schema)
        await run(beforeMigrations(ddl))
      }
      for (const migration of steps) {
        if (migration.version > (version ?? 0)) await run(statementsOf(migration, ddl, clock.now()))
      }
    })
    return { keep: true, result: undefined }
  })
}

/**
 * The version of the tables, which must be the one that this code writes. Throws `config` when there are no tables, `unsupported`
 * when they are of another version.
 */
export async function currentVersion({ db, dialect, database, place }: OnDatabase): Promise<number> {
  const version = await readableVersion(db, dialect, database, place)
  if (version === undefined) throw noTables(database)
  if (version === ours) return version
  const says = `has tables of version ${version}, and this works on version ${ours}; bring them up with \`mendkit migrate\``
  throw new MendkitError('unsupported', `${database} ${says}`)
}

/** What is said of a database that is not one of ours. */
export function noTables(database: string): MendkitError {
  return new MendkitError('config', `${database} holds no tables of Mendkit; name the database of your host`)
}

/**
 * The version of the schema; undefined when there is none. Throws `unsupported` when a newer version made it unreadable, `corrupt` when
 * the schema row is nonsense.
 */
export async function readableVersion(
  db: Database,
  dialect: Dialect,
  database: string,
  place: Place = usualPlace,
): Promise<number | undefined> {
  if (!(await dialect.hasTable(db, placed('mendkit_schema', place)))) return undefined
  const row = await db
    .selectFrom('mendkit_schema')
    .select(['version', 'minimum_reader'])
    .where('id', '=', 1)
    .executeTakeFirst()
  // The table was made, and the row is about to follow or never came.
  if (row === undefined && dialect.keepsHalfMigrations) return undefined
  const parsed = schemaRow.safeParse(row)
  if (!parsed.success) {
    const says = 'has a schema row that makes no sense; restore it from a backup'
    throw new MendkitError('corrupt', `${database} ${says}`, { cause: parsed.error })
  }
  const { version, minimum_reader } = parsed.data
  if (minimum_reader <= ours) return version
  const says = `was written by a newer version (schema ${version}, readable from ${minimum_reader}; this one knows ${ours})`
  throw new MendkitError('unsupported', `${database} ${says}; update @mendkit/sql`)
}

/** Who may not make schemas may still use one that is there; asking to make it would be refused all the same. */
async function makeSchema(db: Database, name: string): Promise<void> {
  const { rows } = await sql`select 1 from pg_namespace where nspname = ${name}`.execute(db)
  if (rows.length === 0) await sql`create schema if not exists ${sql.id(name)}`.execute(db)
}
