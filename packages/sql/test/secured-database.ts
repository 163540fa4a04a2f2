import { randomUUID } from 'node:crypto'
import { type MigrationsSqlOptions, migrationsSql, type SqlStoreOptions } from '@mendkit/sql'
import { makeDatabase, type RealDatabase } from '@mendkit/testbed/databases'

/** A PostgreSQL whose owner has made the tables, for a role that sees one tenant at a time. */
export interface SecuredDatabase extends RealDatabase {
  /** For the role that a host connects as. */
  readonly hostUrl: string
  readonly role: string
  readonly options: SqlStoreOptions
}

/** Where the tables are in these tests: nowhere that a name in a statement could mean by chance. */
export const place = { schema: 'incidents', prefix: 'mk_' } as const

/** Makes a database, its tables by the text that a team reviews, and a role. Both go away with the server. */
export async function securedDatabase(given: MigrationsSqlOptions = place): Promise<SecuredDatabase> {
  const database = await makeDatabase('postgres')
  const role = `host_${randomUUID().replaceAll('-', '')}`
  await database.run(`create role ${role} login password 'secret'`)
  const text = migrationsSql({ database: 'postgres', ...given, rowLevelSecurity: { role } })
  await database.run(`begin; ${text} commit`)
  const url = new URL(database.url)
  url.username = role
  url.password = 'secret'
  const { schema, prefix } = given
  const options = { ...(schema !== undefined && { schema }), ...(prefix !== undefined && { prefix }) }
  return { ...database, hostUrl: url.href, role, options: { ...options, rowLevelSecurity: true, maxConnections: 4 } }
}
