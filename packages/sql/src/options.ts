import { readOptions } from '@mendkit/core'
import { z } from 'zod'

const sourceSays = 'must be the name of a file, the URL of a database, or { db } with your own Kysely instance'
const fileSays = 'is not the name of a file; give one, or use memoryStore() from @mendkit/core'
const connectionsSays = 'must be a whole number of connections from 2 to 1_000, such as 10'
const patienceSays = 'must be a number of milliseconds from 0 to 86_400_000, such as 5_000'

// By shape: the host may have another copy of Kysely.
const kysely = z.custom(
  (value) => has(value, 'getExecutor') && has(value, 'withoutPlugins'),
  'must be a Kysely instance',
)

const milliseconds = z.number({ error: patienceSays }).min(0, patienceSays).max(86_400_000, patienceSays)

const optionsShape = z.strictObject(
  {
    lockPatienceMs: milliseconds.optional(),
    statementTimeoutMs: milliseconds.optional(),
    maxConnections: z.int({ error: connectionsSays }).min(2, connectionsSays).max(1_000, connectionsSays).optional(),
  },
  { error: 'must be an object' },
)

/** Checks what `sqlStore` was given. Throws `config` with the path of the first wrong option. */
export function checkOptions(source: unknown, options: unknown): void {
  const file = z.string({ error: sourceSays }).regex(/^(?!(?::memory:|file:.*|)$)/s, fileSays)
  const given = typeof source === 'object' && source !== null ? z.strictObject({ db: kysely }) : file
  readOptions('sqlStore', z.strictObject({ source: given }), { source })
  readOptions('sqlStore', optionsShape, options)
}

function has(value: unknown, method: string): boolean {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, method) === 'function'
}
