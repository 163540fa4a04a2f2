import type { CallContext } from '@mendkit/core'
import type { Scope } from './scope.ts'
import type { Database } from './tables.ts'

/** A query, which may ask for the store's time. */
type Query<Result> = (db: Database, now: () => Promise<number>) => Promise<Result>

/** How the parts of a store reach the database. Both check the caller's signal first and explain failures. */
export interface Access {
  readonly read: <Result>(ctx: CallContext, scope: Scope, query: Query<Result>) => Promise<Result>
  /** In a transaction of its own, beside commits. */
  readonly write: <Result>(ctx: Pick<CallContext, 'signal'>, scope: Scope, query: Query<Result>) => Promise<Result>
}
