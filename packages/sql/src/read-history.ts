import {
  type Alert,
  checkLimit,
  checkTime,
  type HistoryQuery,
  type HistoryStore,
  historyBounds,
  historyIndex,
  MendkitError,
  readAlert,
  readHistory,
} from '@mendkit/core'
import { sql } from 'kysely'
import type { Access } from './access.ts'
import { hashOfText, stored } from './find-alerts.ts'
import { readableRows } from './readable-rows.ts'
import type { AlertRow, Database, HistoryTableRow } from './tables.ts'

/** Rows of the alert table that one look for ended alerts passes over at most. */
const rowsOfLook = 5_000

/** The part of a store that remembers what is over. */
export function historyReads({ read }: Access): HistoryStore {
  return {
    endedAlerts: ({ tenant, seenBefore, after, limit }, ctx) =>
      read(ctx, { tenant }, async (db) => {
        checkLimit(limit)
        const before = checkTime('seenBefore', seenBefore)
        const { first, last } = await stretchAfter(db, after === undefined ? -1 : Number(after))
        if (first === null || last === null) return { alerts: [] }
        const end = Math.min(last, first + rowsOfLook - 1)
        const place = { seq: first - 1 }
        const next = (from: Pick<EndedRow, 'seq'> | undefined, most: number) =>
          endedRows(db, tenant, before, from?.seq ?? place.seq, end, most)
        const seqs: number[] = []
        const parse = (row: EndedRow): Alert => {
          seqs.push(row.seq)
          return readAlert(row)
        }
        const alerts = await readableRows<EndedRow, Alert>(limit, next, parse, ctx)
        const passed = alerts.length === limit ? (seqs.at(-1) ?? end) : end
        return passed < last ? { alerts, next: String(passed) } : { alerts }
      }),
    history: (query, ctx) =>
      read(ctx, { tenant: query.tenant }, async (db) => {
        checkLimit(query.limit)
        const next = (after: StoredHistory | undefined, most: number) => rowsMeant(db, query, after?.id, most)
        return readableRows(query.limit, next, readHistory, ctx)
      }),
  }
}

type EndedRow = Pick<AlertRow, (typeof stored)[number] | 'seq'>

/** First and last row behind a place. */
async function stretchAfter(db: Database, after: number): Promise<{ first: number | null; last: number | null }> {
  const found = await db
    .selectFrom('mendkit_alert')
    .select((is) => [is.fn.min('seq').as('first_seq'), is.fn.max('seq').as('last_seq')])
    .where('seq', '>', after)
    .executeTakeFirst()
  const whole = (value: unknown) => (value === null || value === undefined ? null : Number(value))
  return { first: whole(found?.first_seq), last: whole(found?.last_seq) }
}

function endedRows(
  db: Database,
  tenant: string,
  before: number,
  after: number,
  end: number,
  limit: number,
): Promise<EndedRow[]> {
  return db
    .selectFrom('mendkit_alert')
    .select([...stored, 'seq'])
    .where('seq', '>', after)
    .where('seq', '<=', end)
    .where('tenant', '=', tenant)
    .where('status', '=', sql.lit('resolved'))
    .where('correlated', '=', sql.lit('done'))
    .where('last_seen_at', '<', before)
    .orderBy('seq')
    .limit(limit)
    .execute()
}

type StoredHistory = Pick<HistoryTableRow, 'tenant' | 'id' | 'body'>

/** As many rows as are wanted, unless nothing follows. */
async function rowsMeant(
  db: Database,
  query: HistoryQuery,
  after: string | undefined,
  wanted: number,
): Promise<StoredHistory[]> {
  const found: StoredHistory[] = []
  for (let last = after; found.length < wanted; ) {
    const most = wanted - found.length
    const rows = await historyRows(db, query, last, most)
    found.push(...rows.filter((row) => isMeant(row, query)))
    last = rows.at(-1)?.id
    if (rows.length < most) break
  }
  return found
}

/** Numbers may stand for several texts. A row that cannot be read is left to whoever reads it. */
function isMeant(row: StoredHistory, query: HistoryQuery): boolean {
  const facts = (['incidentId', 'alertId', 'name', 'resourceKey'] as const).filter((fact) => query[fact] !== undefined)
  if (facts.length === 0) return true
  try {
    const index = historyIndex(readHistory(row))
    return facts.every((fact) => index[fact] === query[fact])
  } catch (error) {
    if (MendkitError.is(error, 'corrupt')) return true
    throw error
  }
}

function historyRows(
  db: Database,
  { tenant, of, incidentId, alertId, name, resourceKey, kind, since, until, after, descending }: HistoryQuery,
  last: string | undefined,
  limit: number,
): Promise<StoredHistory[]> {
  const beyond = descending ? '<' : '>'
  const hash = (text: string) => hashOfText(tenant, text)
  let query = db.selectFrom('mendkit_history').select(['tenant', 'id', 'body']).where('tenant', '=', tenant)
  if (incidentId !== undefined) query = query.where('incident_hash', '=', hash(incidentId))
  if (alertId !== undefined) query = query.where('alert_hash', '=', hash(alertId))
  if (resourceKey !== undefined) query = query.where('resource_hash', '=', hash(resourceKey))
  if (name !== undefined) query = query.where('name_hash', '=', hash(name))
  if (kind !== undefined) query = query.where('kind', '=', kind)
  const [first, end] = historyBounds(of, since, until)
  query = query.where('id', '>=', first).where('id', '<', end)
  const from = last ?? after
  if (from !== undefined) query = query.where('id', beyond, from)
  return query
    .orderBy('id', descending ? 'desc' : 'asc')
    .limit(limit)
    .execute()
}
