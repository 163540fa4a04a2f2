import { MendkitError } from '@mendkit/core'
import type { OnDatabase } from '../connect.ts'
import { readableVersion } from '../schema.ts'
import { keptTables } from './contents.ts'

/** Throws `config` for a database in which our tables hold anything. */
export async function assertEmpty({ db, dialect, database, place }: OnDatabase): Promise<void> {
  if (((await readableVersion(db, dialect, database, place)) ?? 0) === 0) return
  for (const { table } of keptTables) {
    const row = await db
      .selectFrom(table as 'mendkit_audit')
      .select('tenant')
      .limit(1)
      .executeTakeFirst()
    if (row === undefined) continue
    const says = `is not empty: there are rows in ${table}. A backup is restored into a database that holds nothing`
    throw new MendkitError('config', `${database} ${says}; name a new one`)
  }
}
