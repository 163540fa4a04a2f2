import { type Alert, checkCount, checkLimit, checkTime, type Membership, readAlert, type Store } from '@mendkit/core'
import { sql } from 'kysely'
import type { Access } from './access.ts'
import { chunks } from './bulk-insert.ts'
import { findAlerts, hashOf, stored } from './find-alerts.ts'
import { indexable } from './indexable.ts'
import { parseMember, parseSymptom } from './parse-rows.ts'
import { readableRows } from './readable-rows.ts'
import type { AlertRow, Database, Tables } from './tables.ts'

/** The part of a store that reads alerts and what they belong to. */
export function alertReads({
  read,
}: Access): Pick<
  Store,
  'alerts' | 'pendingAlerts' | 'staleAlerts' | 'members' | 'symptoms' | 'firingSymptoms' | 'correlationKeys'
> {
  const find = findAlerts(stored)

  return {
    alerts: (tenant, ids, ctx) =>
      read(ctx, { tenant }, async (db) => {
        checkCount('ids', ids)
        const rows = await find(db, tenant, ids)
        return rows.map(readAlert)
      }),
    pendingAlerts: ({ limit, ...query }, ctx) =>
      read(ctx, { sweep: 'pending-alerts' }, async (db) => {
        checkLimit(limit)
        const from = query.after && placeOf(query.after)
        const next = (after: PendingPlace | undefined, most: number) => pendingRows(db, after ?? from, most)
        return readableRows<PendingRow, Alert>(limit, next, readAlert, ctx)
      }),
    staleAlerts: ({ limit, ...query }, ctx) =>
      read(ctx, { tenant: query.tenant }, async (db) => {
        checkLimit(limit)
        const from = query.after === undefined ? undefined : seqOf(db, query.tenant, query.after)
        const next = (after: StaleRow | undefined, most: number) => staleRows(db, query, after?.seq ?? from, most)
        return readableRows<StaleRow, Alert>(limit, next, readAlert, ctx)
      }),
    members: ({ tenant, incidentId, after, limit }, ctx) =>
      read(ctx, { tenant }, async (db) => {
        checkLimit(limit)
        const members: (Membership & { readonly alert: Alert })[] = []
        // A member whose alert is history by now is left out, and the page is filled up: a short one means that nothing follows.
        for (let from = after; members.length < limit; ) {
          const wanted = limit - members.length
          const rows = await memberRows(db, tenant, incidentId, from, wanted)
          const found = await find(
            db,
            tenant,
            rows.map((row) => row.alert_id),
          )
          const alerts = new Map(found.map((row) => [row.id, readAlert(row)]))
          for (const row of rows) {
            const alert = alerts.get(row.alert_id)
            if (alert !== undefined) members.push({ ...parseMember(row), alert })
          }
          const last = rows.at(-1)
          if (rows.length < wanted || last === undefined) break
          from = { alertId: last.alert_id, episode: last.episode }
        }
        return members
      }),
    symptoms: (tenant, incidentId, ctx) =>
      read(ctx, { tenant }, async (db) => {
        const rows = await db
          .selectFrom('mendkit_symptom')
          .selectAll()
          .where('tenant', '=', tenant)
          .where('incident_id', '=', incidentId)
          .orderBy('symptom')
          .execute()
        return rows.map(parseSymptom)
      }),
    firingSymptoms: (tenant, resourceKeys, ctx) =>
      read(ctx, { tenant }, async (db) => {
        checkCount('resourceKeys', resourceKeys)
        const rows = await inChunks([...new Set(resourceKeys.map(indexable))], (chunk) =>
          db
            .selectFrom('mendkit_symptom')
            .selectAll()
            .where('tenant', '=', tenant)
            .where('resource_key', 'in', chunk)
            .where('firing', '>', sql.lit(0))
            .execute(),
        )
        return rows.map(parseSymptom)
      }),
    correlationKeys: (tenant, cluster, keys, ctx) =>
      read(ctx, { tenant }, async (db) => {
        checkCount('keys', keys)
        const rows = await inChunks([...new Set(keys)], (chunk) =>
          db
            .selectFrom('mendkit_correlation_key')
            .selectAll()
            .where('tenant', '=', tenant)
            .where('cluster', '=', cluster)
            .where('correlation_key', 'in', chunk)
            .execute(),
        )
        return rows.map((row) => ({
          tenant,
          cluster,
          key: row.correlation_key,
          incidentId: row.incident_id,
          from: row.starts_from,
          until: row.starts_until,
        }))
      }),
  }
}

// Literals below, not parameters: only then can every database use the index that holds just these rows.
type PendingRow = Pick<AlertRow, (typeof stored)[number] | 'starts_at'>

type PendingPlace = Pick<PendingRow, 'starts_at' | 'tenant' | 'id'>

function placeOf({ startsAt, tenant, id }: Pick<Alert, 'startsAt' | 'tenant' | 'id'>): PendingPlace {
  return { starts_at: checkTime('after.startsAt', startsAt), tenant, id }
}

function pendingRows(db: Database, after: PendingPlace | undefined, limit: number): Promise<PendingRow[]> {
  let query = db
    .selectFrom('mendkit_alert')
    .select([...stored, 'starts_at'])
    .where('correlated', '=', sql.lit('pending'))
  if (after !== undefined) {
    const { starts_at, tenant, id } = after
    // One that is not there stands before all that start when it did: rather twice than never.
    const seq = seqOf(db, tenant, id)
    query = query
      .where('starts_at', '>=', starts_at)
      .where((is) => is.or([is('starts_at', '>', starts_at), is('seq', '>', is.fn.coalesce(seq, sql.lit(-1)))]))
  }
  return query.orderBy('starts_at').orderBy('seq').limit(limit).execute()
}

type StaleRow = Pick<AlertRow, (typeof stored)[number] | 'seq'>

function staleRows(
  db: Database,
  { tenant, source, seenBefore }: { readonly tenant: string; readonly source: string; readonly seenBefore: string },
  after: number | ReturnType<typeof seqOf> | undefined,
  limit: number,
): Promise<StaleRow[]> {
  let query = db
    .selectFrom('mendkit_alert')
    .select([...stored, 'seq'])
    .where('tenant', '=', tenant)
    .where('source', '=', source)
    .where('status', '<>', sql.lit('resolved'))
    .where('last_seen_at', '<', checkTime('seenBefore', seenBefore))
  if (after !== undefined) query = query.where('seq', '>', after)
  return query.orderBy('seq').limit(limit).execute()
}

function seqOf(db: Database, tenant: string, id: string) {
  return db
    .selectFrom('mendkit_alert')
    .select('seq')
    .where('id_hash', '=', hashOf(tenant, id))
    .where('tenant', '=', tenant)
    .where('id', '=', id)
}

function memberRows(
  db: Database,
  tenant: string,
  incidentId: string,
  after: { readonly alertId: string; readonly episode: number } | undefined,
  limit: number,
): Promise<Tables['mendkit_member'][]> {
  let query = db
    .selectFrom('mendkit_member')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('incident_id', '=', incidentId)
  if (after !== undefined) {
    query = query
      .where('alert_id', '>=', after.alertId)
      .where((is) => is.or([is('alert_id', '>', after.alertId), is('episode', '>', after.episode)]))
  }
  return query.orderBy('alert_id').orderBy('episode').limit(limit).execute()
}

async function inChunks<Row>(
  names: readonly string[],
  query: (chunk: readonly string[]) => Promise<readonly Row[]>,
): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const chunk of chunks(names)) rows.push(...(await query(chunk)))
  return rows
}
