import type { DocumentTable } from '@mendkit/core'
import { CompiledQuery } from 'kysely'

/**
 * What the engine reads of all tenants at once: which incidents are due and who has leased them, alerts that wait for
 * correlation, which tenants have a log, and documents of one kind. `nothing` is of no tenant, such as the time.
 */
type Sweep = 'nothing' | 'due' | 'pending-alerts' | 'logs' | `documents ${DocumentTable}`

/** Whose rows a query is about. */
export type Scope = { readonly tenant: string } | { readonly sweep: Sweep }

/** Tells PostgreSQL, until the transaction ends, which rows there are. */
export function limitTo(scope: Scope): CompiledQuery {
  const tenant = 'tenant' in scope ? scope.tenant : ''
  const sweep = 'sweep' in scope ? scope.sweep : ''
  const text = `select set_config('mendkit.tenant', $1, true), set_config('mendkit.sweep', $2, true)`
  return CompiledQuery.raw(text, [tenant, sweep])
}
