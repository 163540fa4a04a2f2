import { checkLimit, type DocumentQuery, type DocumentTable, readDocument, type Store } from '@mendkit/core'
import type { Access } from './access.ts'
import { madeOnce } from './made-once.ts'
import { readableRows } from './readable-rows.ts'
import type { Scope } from './scope.ts'
import type { Database, Tables } from './tables.ts'

/** The part of a store that reads documents and counters. */
export function documentReads({ read }: Access): Pick<Store, 'get' | 'list' | 'counter'> {
  const findDocument = madeOnce((db) =>
    db
      .selectFrom('mendkit_document')
      .select(columns)
      .where('kind', '=', '')
      .where('tenant', '=', '')
      .where('id', '=', ''),
  )
  return {
    get: (table, tenant, id, ctx) =>
      read(ctx, { tenant }, async (db) => {
        const [row] = (await findDocument(db, [table, tenant, id])).rows
        return row === undefined ? undefined : readDocument(table, row)
      }),
    list: (table, query, ctx) =>
      read(ctx, scopeOf(table, query), async (db) => {
        checkLimit(query.limit)
        const next = (after: StoredDocument | undefined, limit: number) => nextRows(db, table, query, after, limit)
        const parse = (row: StoredDocument) => readDocument(table, row)
        if (query.incidentId === undefined) return readableRows(query.limit, next, parse, ctx)
        return (await next(undefined, query.limit)).map(parse)
      }),
    counter: (tenant, name, ctx) =>
      read(ctx, { tenant }, async (db) => {
        const row = await db
          .selectFrom('mendkit_counter')
          .select('value')
          .where('tenant', '=', tenant)
          .where('name', '=', name)
          .executeTakeFirst()
        return row?.value ?? 0
      }),
  }
}

function scopeOf(table: DocumentTable, { tenant }: DocumentQuery): Scope {
  return tenant === undefined ? { sweep: `documents ${table}` } : { tenant }
}

const columns = ['tenant', 'id', 'revision', 'body'] as const
type StoredDocument = Pick<Tables['mendkit_document'], (typeof columns)[number]>

/**
 * One query per state, so that each reads its index in order; together they would sort the whole table. The documents of an
 * incident are few, and are found by the incident.
 */
async function nextRows(
  db: Database,
  table: DocumentTable,
  query: DocumentQuery,
  after: StoredDocument | undefined,
  limit: number,
): Promise<readonly StoredDocument[]> {
  if (query.states === undefined) return rowsInStates(db, table, query, undefined, after, limit)
  const states = [...new Set(query.states)]
  if (query.incidentId !== undefined) return rowsInStates(db, table, query, states, after, limit)
  const rows: StoredDocument[] = []
  for (const state of states) rows.push(...(await rowsInStates(db, table, query, [state], after, limit)))
  return rows.sort(query.descending ? (left, right) => byId(right, left) : byId).slice(0, limit)
}

function rowsInStates(
  db: Database,
  table: DocumentTable,
  { tenant, incidentId, after, descending }: DocumentQuery,
  states: readonly string[] | undefined,
  last: StoredDocument | undefined,
  limit: number,
): Promise<StoredDocument[]> {
  const beyond = descending ? '<' : '>'
  let query = db.selectFrom('mendkit_document').select(columns).where('kind', '=', table)
  if (tenant !== undefined) query = query.where('tenant', '=', tenant)
  if (incidentId !== undefined) query = query.where('incident_id', '=', incidentId)
  if (states !== undefined) query = query.where('state', 'in', states)
  if (after !== undefined) query = query.where('id', beyond, after)
  if (last !== undefined) {
    query = query
      .where('id', `${beyond}=`, last.id)
      .where((is) => is.or([is('id', beyond, last.id), is('tenant', beyond, last.tenant)]))
  }
  const order = descending ? 'desc' : 'asc'
  query = query.orderBy('id', order)
  // Of one tenant ids are enough; with more to order by, MariaDB would sort all that follows for every page.
  if (tenant === undefined) query = query.orderBy('tenant', order)
  return query.limit(limit).execute()
}

function byId(left: StoredDocument, right: StoredDocument): number {
  if (left.id === right.id) return left.tenant < right.tenant ? -1 : 1
  return left.id < right.id ? -1 : 1
}
