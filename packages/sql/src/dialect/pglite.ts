import type { Dialect } from './dialect.ts'
import { postgres } from './postgres.ts'

/**
 * PostgreSQL within the process. It has one connection, so that a transaction keeps everybody else out, and it leaves to the
 * system when its files reach the disk.
 */
export const pglite: Dialect = {
  ...postgres,
  isDurable: false,
  hasRowLocks: false,
  needsReceipts: false,
  lockTenant: async () => undefined,
  whileSchemaIsLocked: (_db, _prefix, work) => work(),
  forUpdateOfFree: (query) => query,
  unfit: async () => undefined,
  failureKind(error) {
    if (error instanceof Error && /^PGlite is clos(ed|ing)/.test(error.message)) return 'closed'
    return postgres.failureKind(error)
  },
}
