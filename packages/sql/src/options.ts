import { MendkitError, readOptions } from '@mendkit/core'
import { z } from 'zod'

const sourceSays =
  'must be the name of a file, the URL of a database, { db } with your own Kysely instance, or { pglite }'
const fileSays = 'is not the name of a file; give one, or use memoryStore() from @mendkit/core'
const connectionsSays = 'must be a whole number of connections from 2 to 1_000, such as 10'
const patienceSays = 'must be a number of milliseconds from 0 to 86_400_000, such as 5_000'

// By shape: the host may have another copy of Kysely.
const kysely = z.custom(
  (value) => hasMethod(value, 'getExecutor') && hasMethod(value, 'withoutPlugins'),
  'must be a Kysely instance',
)

const pglite = z.custom(
  (value) => hasMethod(value, 'query') && hasMethod(value, 'transaction') && hasMethod(value, 'runExclusive'),
  'must be a PGlite of @electric-sql/pglite',
)

const milliseconds = z.number({ error: patienceSays }).min(0, patienceSays).max(86_400_000, patienceSays)

const schemaSays = 'must be the plain name of a schema: small letters, digits and underscores, such as mendkit'
const prefixSays = 'must be what names begin with: small letters, digits and underscores, such as mendkit_'
const roleSays = 'must be the plain name of a role: small letters, digits and underscores, such as mendkit_host'

// Names go into statements as they are, and must be the same where a database folds them. They leave room for what follows.
const schema = z
  .string(schemaSays)
  .regex(/^(?!pg_)[a-z_][a-z0-9_]{0,39}$/, schemaSays)
  .optional()
const prefix = z
  .string(prefixSays)
  .regex(/^[a-z_][a-z0-9_]{0,29}$/, prefixSays)
  .optional()
const role = z.string(roleSays).regex(/^(?!pg_)[a-z_][a-z0-9_]{0,62}$/, roleSays)

const migrationsShape = z.strictObject({
  after: z.int().min(0).optional(),
  through: z.int().min(1).optional(),
  database: z.enum(['sqlite', 'postgres', 'mysql']).optional(),
  schema,
  prefix,
  rowLevelSecurity: z.strictObject({ role }).optional(),
})

const optionsShape = z.strictObject(
  {
    lockPatienceMs: milliseconds.optional(),
    statementTimeoutMs: milliseconds.optional(),
    schema,
    prefix,
    rowLevelSecurity: z.boolean('must be true or false').optional(),
    nudges: z.boolean('must be true or false').optional(),
    maxConnections: z.int({ error: connectionsSays }).min(2, connectionsSays).max(1_000, connectionsSays).optional(),
  },
  { error: 'must be an object' },
)

/** Checks what `sqlStore` was given. Throws `config` with the path of the first wrong option. */
export function checkOptions(source: unknown, options: unknown): void {
  const file = z.string({ error: sourceSays }).regex(/^(?!(?::memory:|file:.*|)$)/s, fileSays)
  const isObject = typeof source === 'object' && source !== null
  const host = isObject && 'pglite' in source ? z.strictObject({ pglite }) : z.strictObject({ db: kysely })
  const given = isObject ? host : file
  readOptions('sqlStore', z.strictObject({ source: given }), { source })
  readOptions('sqlStore', optionsShape, options)
}

/** Checks what `migrationsSql` was given. Throws `config` with the path of the first wrong option. */
export function checkMigrationsOptions(options: {
  readonly database?: string
  readonly schema?: string
  readonly rowLevelSecurity?: unknown
}): void {
  readOptions('migrationsSql', migrationsShape, options)
  assertForPostgres('migrationsSql', options.database ?? 'sqlite', options)
}

/** Throws `config` for options that only PostgreSQL has, on another database. */
export function assertForPostgres(
  what: string,
  database: string,
  options: { readonly schema?: string; readonly rowLevelSecurity?: unknown; readonly nudges?: boolean },
): void {
  if (database === 'postgres') return
  const says = `is for PostgreSQL alone; leave it out for ${database}`
  for (const path of ['schema', 'rowLevelSecurity', 'nudges'] as const) {
    if (options[path] !== undefined && options[path] !== false) {
      throw new MendkitError('config', `${what}: \`${path}\` ${says}`, { path })
    }
  }
}

function hasMethod(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function'
}
