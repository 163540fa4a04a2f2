import { fileURLToPath } from 'node:url'
import { MendkitError } from '@mendkit/core'
import { inspectSqliteFile, type SqliteInspection } from '@mendkit/sql'
import type { Call } from '../run/command.ts'
import type { OptionSpecs } from '../run/option-specs.ts'
import { UsageError } from '../run/usage-error.ts'

/** Where the store is. */
export const databaseOption = {
  db: {
    type: 'string',
    value: 'file',
    says: 'the database of the host: a file, or sqlite:<file> [default: MENDKIT_DB, else ./mendkit.db]',
  },
} as const satisfies OptionSpecs

/** The file that was named. Throws `UsageError` for an address of another kind of database. */
export function databaseFile({ args, io }: Call): string {
  const given = args.text('db') ?? (io.env['MENDKIT_DB'] || undefined) ?? './mendkit.db'
  if (given.startsWith('file:')) {
    // Without its slashes it would name a file in the root folder.
    if (!/^file:\/\/\/[^/]/.test(given))
      throw new UsageError('a file: address must be whole, such as file:///var/lib/mendkit.db')
    return fileURLToPath(given)
  }
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(given)?.[1]?.toLowerCase()
  if (scheme === 'sqlite') return named(given.slice('sqlite:'.length).replace(/^\/\//, ''))
  if (scheme !== undefined) throw new UsageError(`${scheme}: databases are not supported here; name a SQLite file`)
  return named(given)
}

function named(file: string): string {
  if (file === '' || file === ':memory:')
    throw new UsageError('the database names no file, such as /var/lib/mendkit.db')
  return file
}

/**
 * Checks that the file is a Mendkit database of this very schema, and changes nothing. A typo must not make a database, and
 * a look at one must not bring its tables to a version that its host does not expect.
 */
export async function checkDatabase(file: string): Promise<void> {
  checkSchema(file, await inspectSqliteFile(file))
}

/** As `checkDatabase`, for a file that was inspected. */
export function checkSchema(file: string, { schema, current }: SqliteInspection): void {
  if (schema >= current) return
  const text = `the database ${file} has tables of version ${schema}, and this command works on version ${current}: start the host with this version of Mendkit first, which brings them up`
  throw new MendkitError('unsupported', text)
}
