import type { Documents, DocumentTable } from '../model/documents.ts'
import type { CallContext } from './context.ts'

/** Which documents to list, in ascending order of id unless told otherwise. */
export interface DocumentQuery {
  /** Absent: all tenants; only the engine's own sweeps do that. */
  readonly tenant?: string
  readonly incidentId?: string
  readonly states?: readonly string[]
  /** Only ids greater than this one; less than it when descending. */
  readonly after?: string
  /** Highest id first, which is newest first. Absent: lowest first. */
  readonly descending?: true
  /** At most 1,000. */
  readonly limit: number
}

/** The documents of a store, read. */
export interface DocumentStore {
  /** A document by its id, with its revision; undefined when the tenant has none. */
  get<Table extends DocumentTable>(
    table: Table,
    tenant: string,
    id: string,
    ctx: CallContext,
  ): Promise<Documents[Table] | undefined>
  /**
   * A page of documents in order of id. With `incidentId` it throws `corrupt` when one of them is; without, so
   * that one corrupt document holds up no other incident, it leaves that one out, says so in `ctx.log` and fills the page.
   */
  list<Table extends DocumentTable>(
    table: Table,
    query: DocumentQuery,
    ctx: CallContext,
  ): Promise<readonly Documents[Table][]>
  /** Sum of what was added to a counter; 0 for one that was never touched. */
  counter(tenant: string, name: string, ctx: CallContext): Promise<number>
}
