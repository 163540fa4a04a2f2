import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { type CompiledQuery, Kysely, SqliteDialect, sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { openSqliteFile, preparedDatabase } from '../src/client.ts'
import { temporaryFile } from './folder.ts'
import { aChange, aDraft, anAlert, tenant } from './rows.ts'

const ctx = callContext()

test('a file is written in WAL mode with full synchronisation, and neither connection waits inside SQLite', async () => {
  const connections = await openSqliteFile(temporaryFile())
  const { writer, reader } = connections
  onTestFinished(() => connections.close())
  const pragma = async (db: typeof writer, name: string) => {
    const { rows } = await sql.raw<Record<string, unknown>>(`pragma ${name}`).execute(db)
    return Object.values(rows[0] ?? {})[0]
  }
  expect(await pragma(writer, 'journal_mode')).toBe('wal')
  expect(await pragma(writer, 'synchronous')).toBe(2)
  expect([await pragma(writer, 'busy_timeout'), await pragma(reader, 'busy_timeout')]).toEqual([0, 0])
})

test('a large change takes the write lock at once, and no statement holds or names more than 1,000 rows', async () => {
  const queries: CompiledQuery[] = []
  const db = new Kysely({
    dialect: new SqliteDialect({ database: preparedDatabase(new DatabaseSync(temporaryFile())) }),
    log: ({ query }) => void queries.push(query),
  })
  onTestFinished(() => db.destroy())
  const store = sqlStore({ db })
  await store.open({ clock: systemClock }, ctx)
  const rows = Array.from({ length: 3_000 }, (_, index) => anAlert(`alert_${index}`))
  const because = ['same resource']
  const members = rows.map((row) => ({
    tenant,
    incidentId: 'a',
    alertId: row.id,
    episode: 1,
    joinedAt: row.startsAt,
    because,
  }))
  const keys = rows.map(
    (row) => ({ kind: 'correlation-key', cluster: 'prod', key: row.id, incidentId: 'a', from: 1, until: 2 }) as const,
  )
  const joined = rows.map((row) => ({ ...row, revision: 1, incidentId: 'a' }))
  queries.length = 0
  await store.commit(aChange({ put: [{ kind: 'alerts', rows }], audit: [aDraft(1)] }), ctx)
  expect(queries[0]?.sql).toBe('begin immediate')
  await store.commit(
    aChange({ put: [{ kind: 'alerts', rows: joined }, { kind: 'members', rows: members }, ...keys] }),
    ctx,
  )
  await store.commit(aChange({ put: [{ kind: 'move-members', from: 'a', into: 'b' }] }), ctx)
  await store.commit(aChange({ put: [{ kind: 'drop-correlation-keys', incidentId: 'b' }] }), ctx)
  await store.alerts(
    tenant,
    rows.slice(0, 1_000).map((row) => row.id),
    ctx,
  )
  expect(await store.members({ tenant, incidentId: 'b', limit: 1_000 }, ctx)).toHaveLength(1_000)
  const inserted = queries.map((query) => /values (\(.*\))/s.exec(query.sql)?.[1]?.split('), (').length ?? 0)
  const named = queries.map((query) => /in \(([?, ]*)\)/.exec(query.sql)?.[1]?.split(',').length ?? 0)
  const limits = queries.filter((query) => / limit \?/.test(query.sql)).map((query) => Number(query.parameters.at(-1)))
  expect([Math.max(...inserted), Math.max(...named), Math.max(...limits)]).toEqual([500, 500, 1_000])
})
