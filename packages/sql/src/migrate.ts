import { existsSync } from 'node:fs'
import { type Clock, systemClock } from '@mendkit/core'
import { type OnDatabase, patienceMs, reading, sourceOf, type TablePlace, writing } from './connect.ts'
import { migrations, migrationsSql } from './migrations.ts'
import { openSchema, readableVersion } from './schema.ts'

/** What brings, or brought, the tables of a database up to this version. */
export interface DatabaseMigration {
  /** Its file, or its URL without user and password. */
  readonly name: string
  /** Version of the tables before; 0 where there were none. */
  readonly from: number
  readonly to: number
  readonly steps: readonly { readonly version: number; readonly name: string }[]
  /** The steps as SQL text for this kind of database. */
  readonly sql: string
}

/** How a database is migrated. */
export interface MigrateOptions extends TablePlace {
  /** Only tells what would be done, and changes nothing. @default false */
  readonly dryRun?: boolean
  /** @default the system's */
  readonly clock?: Clock
}

/**
 * Makes the tables in a database, which a file or a URL names, or brings them up to this version. Safe while hosts run. Throws
 * like `sqlStore(…).open`.
 */
export async function migrateDatabase(
  source: string,
  { dryRun = false, clock = systemClock, ...at }: MigrateOptions = {},
): Promise<DatabaseMigration> {
  const named = sourceOf(source, at)
  const isMissing = named.kind === 'sqlite' && !existsSync(named.file)
  const from = isMissing ? 0 : await versionOf(source, at)
  const steps = migrations.filter(({ version }) => version > from).map(({ version, name }) => ({ version, name }))
  const found = {
    name: named.name,
    from,
    to: Math.max(from, ...migrations.map(({ version }) => version)),
    steps,
    sql: steps.length === 0 ? '' : migrationsSql({ after: from, database: named.kind, ...at }),
  }
  if (!dryRun && steps.length > 0) {
    const migrate = ({ db, dialect, database, place }: OnDatabase) =>
      openSchema(db, dialect, clock, patienceMs, database, place)
    await writing(source, migrate, at)
  }
  return found
}

function versionOf(source: string, at: TablePlace): Promise<number> {
  const version = async ({ db, dialect, database, place }: OnDatabase) =>
    (await readableVersion(db, dialect, database, place)) ?? 0
  return reading(source, version, at)
}
