import { sql } from 'kysely'
import { z } from 'zod'
import { readEpoch } from './backup/epoch.ts'
import type { Diverged } from './backup/manifest.ts'
import { type OnDatabase, reading, sourceOf, type TablePlace } from './connect.ts'
import { noTables, ours, readableVersion } from './schema.ts'

/** What a look at a database showed. */
export interface DatabaseInspection {
  /** Its file, or its URL without user and password. */
  readonly name: string
  /** Version of the tables as they are. */
  readonly schema: number
  /** Version that this package writes: `sqlStore(…)` brings an older one up to it when it opens the database. */
  readonly current: number
  /** What it was found to be older than when it was restored: nothing is written to it then. */
  readonly diverged?: Diverged
  /** What SQLite's own `integrity_check` found, at most 20 lines; empty when all is well. Absent unless it was asked of a file. */
  readonly damage?: readonly string[]
}

const lines = z.array(z.object({ integrity_check: z.string() }))

/**
 * Looks at a database, which a file or a URL names, without changing it or making one. With `integrity`, SQLite reads the whole of a
 * file, which holds up this process meanwhile.
 *
 * Throws `config` when there is no such database or it holds no tables of ours, `corrupt` when it is none or is damaged,
 * `unsupported` when a newer version made it unreadable, `unavailable` while it cannot be reached. No error holds a password.
 */
export async function inspectDatabase(
  source: string,
  { integrity = false, ...at }: TablePlace & { readonly integrity?: boolean } = {},
): Promise<DatabaseInspection> {
  const { name } = sourceOf(source, at)
  const inspect = async ({ db, dialect, database, place }: OnDatabase) => {
    const schema = await readableVersion(db, dialect, database, place)
    if (schema === undefined) throw noTables(database)
    const { diverged } = schema === 0 ? {} : await readEpoch(db)
    const found = { name, schema, current: ours, ...(diverged && { diverged }) }
    if (!integrity || dialect.name !== 'sqlite') return found
    const { rows } = await sql`pragma integrity_check(20)`.execute(db)
    const damage = lines.parse(rows).map((row) => row.integrity_check)
    return { ...found, damage: damage.filter((line) => line !== 'ok') }
  }
  return reading(source, inspect, at)
}

/** The name of a file, or a URL without user and password. Throws `config` for what names no database. */
export function sourceName(source: string): string {
  return sourceOf(source).name
}
