import { fileURLToPath } from 'node:url'
import { MendkitError } from '@mendkit/core'
import { type DatabaseInspection, inspectDatabase, type TablePlace } from '@mendkit/sql'
import type { Call } from '../run/command.ts'
import type { OptionSpecs } from '../run/option-specs.ts'
import { UsageError } from '../run/usage-error.ts'

/** Where the store is. */
export const databaseOption = {
  db: {
    type: 'string',
    value: 'database',
    says: 'the database of the host: a file, sqlite:<file>, or a postgres://, mysql:// or mariadb:// URL. Others on this machine see the command line: give a URL with a password as MENDKIT_DB [default: MENDKIT_DB, else ./mendkit.db]',
  },
  schema: {
    type: 'string',
    value: 'name',
    says: 'the schema of PostgreSQL that the host keeps its tables in, where it was given one',
  },
  prefix: {
    type: 'string',
    value: 'text',
    says: 'what the names of its tables begin with, where it was told [default: mendkit_]',
  },
} as const satisfies OptionSpecs

const servers = ['postgres', 'postgresql', 'mysql', 'mariadb']

/** The file or the URL that was named. Throws `UsageError` for an address of another kind of database; no error holds a URL. */
export function databaseSource({ args, io }: Call): string {
  const given = args.text('db') ?? (io.env['MENDKIT_DB'] || undefined) ?? './mendkit.db'
  if (given.startsWith('file:')) {
    // Without its slashes it would name a file in the root folder.
    if (!/^file:\/\/\/[^/]/.test(given))
      throw new UsageError('a file: address must be whole, such as file:///var/lib/mendkit.db')
    return fileURLToPath(given)
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(given)?.[1]?.toLowerCase()
  if (scheme === 'sqlite') return named(given.slice('sqlite:'.length).replace(/^\/\//, ''))
  if (scheme === undefined) return named(given)
  if (servers.includes(scheme)) return given
  const known = 'name a SQLite file, or the URL of a PostgreSQL, MySQL or MariaDB server'
  throw new UsageError(`${scheme}: databases are not supported here; ${known}`)
}

/** Where in the database the tables are, as it was given. */
export function tablePlace({ args }: Call): TablePlace {
  const [schema, prefix] = [args.text('schema'), args.text('prefix')]
  return { ...(schema !== undefined && { schema }), ...(prefix !== undefined && { prefix }) }
}

function named(file: string): string {
  if (file === '' || file === ':memory:')
    throw new UsageError('the database names no file, such as /var/lib/mendkit.db')
  return file
}

/**
 * Checks that this is a Mendkit database of this very schema, and changes nothing. A typo must not make a database, and a look at
 * one must not bring its tables to a version that its host does not expect.
 */
export async function checkDatabase(source: string, place: TablePlace): Promise<DatabaseInspection> {
  const found = await inspectDatabase(source, place)
  checkSchema(found)
  return found
}

/** As `checkDatabase`, for a database that was inspected. */
export function checkSchema({ name, schema, current }: DatabaseInspection): void {
  if (schema >= current) return
  const text = `the database ${name} has tables of version ${schema}, and this command works on version ${current}: start the host with this version of Mendkit first, or run \`mendkit migrate\`, which brings them up`
  throw new MendkitError('unsupported', text)
}
