import { checkLimit, type DocumentQuery, type DocumentTable, readDocument, type Store } from '@mendkit/core'
import type { Access } from './access.ts'
import { readableRows } from './readable-rows.ts'
import type { Database, Tables } from './tables.ts'

/** The part of a store that reads documents and counters. */
export function documentReads({ read }: Access): Pick<Store, 'get' | 'list' | 'counter'> {
  return {
    get: (table, tenant, id, ctx) =>
      read(ctx, async (db) => {
        const row = await db
          .selectFrom('mendkit_document')
          .select(['tenant', 'id', 'revision', 'body'])
          .where('kind', '=', table)
          .where('tenant', '=', tenant)
          .where('id', '=', id)
          .executeTakeFirst()
        return row === undefined ? undefined : readDocument(table, row)
      }),
    list: (table, query, ctx) =>
      read(ctx, async (db) => {
        checkLimit(query.limit)
        const next = (after: StoredDocument | undefined, limit: number) => nextRows(db, table, query, after, limit)
        const parse = (row: StoredDocument) => readDocument(table, row)
        if (query.incidentId === undefined) return readableRows(query.limit, next, parse, ctx)
        return (await next(undefined, query.limit)).map(parse)
      }),
    counter: (tenant, name, ctx) =>
      read(ctx, async (db) => {
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

type StoredDocument = Pick<Tables['mendkit_document'], 'tenant' | 'id' | 'revision' | 'body'>

/** One query per state, so that each reads its index in order; together they would sort the whole table. */
async function nextRows(
  db: Database,
  table: DocumentTable,
  query: DocumentQuery,
  after: StoredDocument | undefined,
  limit: number,
): Promise<readonly StoredDocument[]> {
  const states: readonly (string | undefined)[] = query.states ?? [undefined]
  const rows: StoredDocument[] = []
  for (const state of new Set(states)) rows.push(...(await rowsInState(db, table, query, state, after, limit)))
  return rows.sort(query.descending ? (left, right) => byId(right, left) : byId).slice(0, limit)
}

function rowsInState(
  db: Database,
  table: DocumentTable,
  { tenant, incidentId, after, descending }: DocumentQuery,
  state: string | undefined,
  last: StoredDocument | undefined,
  limit: number,
): Promise<StoredDocument[]> {
  const beyond = descending ? '<' : '>'
  let query = db.selectFrom('mendkit_document').select(['tenant', 'id', 'revision', 'body']).where('kind', '=', table)
  if (tenant !== undefined) query = query.where('tenant', '=', tenant)
  if (incidentId !== undefined) query = query.where('incident_id', '=', incidentId)
  if (state !== undefined) query = query.where('state', '=', state)
  if (after !== undefined) query = query.where('id', beyond, after)
  if (last !== undefined) {
    query = query
      .where('id', `${beyond}=`, last.id)
      .where((is) => is.or([is('id', beyond, last.id), is('tenant', beyond, last.tenant)]))
  }
  const order = descending ? 'desc' : 'asc'
  return query.orderBy('id', order).orderBy('tenant', order).limit(limit).execute()
}

function byId(left: StoredDocument, right: StoredDocument): number {
  if (left.id === right.id) return left.tenant < right.tenant ? -1 : 1
  return left.id < right.id ? -1 : 1
}
