import { existsSync } from 'node:fs'
import { MendkitError } from '@mendkit/core'
import { sql } from 'kysely'
import { z } from 'zod'
import { readSqliteFile } from './client.ts'
import { explainFailure } from './database-failure.ts'
import { sqlite } from './dialect/sqlite.ts'
import { checkOptions } from './options.ts'
import { retryBusy } from './retry-busy.ts'
import { ours, readableVersion } from './schema.ts'

/** How long to wait for a writer that has a file for itself, in milliseconds. */
const patienceMs = 5_000

/** What a look at a database file showed. */
export interface SqliteInspection {
  /** Version of the tables as they are. */
  readonly schema: number
  /** Version that this package writes: `sqlStore(…)` brings an older one up to it when it opens the file. */
  readonly current: number
  /** What SQLite's own `integrity_check` found, at most 20 lines; empty when all is well. Absent unless it was asked. */
  readonly damage?: readonly string[]
}

const lines = z.array(z.object({ integrity_check: z.string() }))

/**
 * Looks at a database file without changing it or making one. With `integrity`, SQLite reads the whole file, which holds
 * up this process meanwhile.
 *
 * Throws `config` when there is no such file or it holds no tables of ours, `corrupt` when it is no database,
 * `unsupported` when a newer version made it unreadable, `unavailable` while another process has it for itself.
 */
export async function inspectSqliteFile(
  file: string,
  { integrity = false }: { readonly integrity?: boolean } = {},
): Promise<SqliteInspection> {
  checkOptions(file, {})
  const database = `the database ${file}`
  if (!existsSync(file)) throw new MendkitError('config', `${database} does not exist; name the file of your host`)
  try {
    return await retryBusy(
      () =>
        readSqliteFile(file, async (db) => {
          const schema = await readableVersion(db, sqlite, database)
          if (schema === undefined) {
            throw new MendkitError('config', `${database} holds no tables of Mendkit; name the file of your host`)
          }
          const found = { schema, current: ours }
          if (!integrity) return found
          const { rows } = await sql`pragma integrity_check(20)`.execute(db)
          const damage = lines.parse(rows).map((row) => row.integrity_check)
          return { ...found, damage: damage.filter((line) => line !== 'ok') }
        }),
      patienceMs,
      sqlite.failureKind,
    )
  } catch (error) {
    throw explainFailure(error, database, sqlite.failureKind)
  }
}
