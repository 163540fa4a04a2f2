import { DatabaseSync } from 'node:sqlite'
import { type CallContext, type Store, systemClock } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { makeDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext } from '@mendkit/testkit'
import { type CompiledQuery, type Dialect, Kysely, MysqlDialect, PostgresDialect, SqliteDialect } from 'kysely'
import { createPool } from 'mysql2'
import pg from 'pg'
import { describe, expect, onTestFinished, test } from 'vitest'
import { preparedDatabase } from '../src/client.ts'
import { plainRows } from '../src/plain-rows.ts'
import type { Tables } from '../src/tables.ts'
import { explainers, type Plan } from './plans/explain.ts'
import { fill, filled } from './plans/fill.ts'

const ctx: CallContext = callContext()
const tenant = 'acme'
const last = `inc_${String(filled - 20).padStart(8, '0')}`
const alert = 'alert_00000400'

const explained = Object.keys(explainers)

/** What the engine asks again and again, by what it is for. `sorts`: where it puts few rows in order that an index has found. */
const hotPath: readonly {
  readonly name: string
  readonly ask: (store: Store) => Promise<unknown>
  readonly sorts?: readonly string[]
}[] = [
  { name: 'claiming what is due', ask: (store) => store.claim({ owner: 'a', limit: 10, leaseMs: 1_000 }, ctx) },
  { name: 'when the next is due', ask: (store) => store.nextDueAt(ctx) },
  { name: 'pending alerts', ask: (store) => store.pendingAlerts({ limit: 100 }, ctx) },
  {
    name: 'pending alerts, a later page',
    ask: (store) =>
      store.pendingAlerts({ after: { startsAt: '2026-01-05T00:00:00.000Z', tenant, id: alert }, limit: 100 }, ctx),
  },
  {
    name: 'stale alerts of a source',
    // Without partial indexes, the status stands before the order.
    sorts: ['mariadb'],
    ask: (store) =>
      store.staleAlerts({ tenant, source: 'am-1', seenBefore: '2026-01-09T00:00:00.000Z', limit: 100 }, ctx),
  },
  {
    name: 'stale alerts of a source, a later page',
    sorts: ['mariadb'],
    ask: (store) =>
      store.staleAlerts(
        { tenant, source: 'am-1', seenBefore: '2026-01-09T00:00:00.000Z', after: alert, limit: 100 },
        ctx,
      ),
  },
  { name: 'alerts by id', ask: (store) => store.alerts(tenant, [alert, 'alert_00000404'], ctx) },
  { name: 'correlation keys', ask: (store) => store.correlationKeys(tenant, 'prod', ['key 4', 'key 8'], ctx) },
  { name: 'firing symptoms', ask: (store) => store.firingSymptoms(tenant, ['prod|shop|400', 'prod|shop|0'], ctx) },
  { name: 'symptoms of an incident', ask: (store) => store.symptoms(tenant, 'inc_00000004', ctx), sorts: explained },
  {
    name: 'members of an incident',
    ask: (store) => store.members({ tenant, incidentId: 'inc_00000004', limit: 100 }, ctx),
  },
  { name: 'a document', ask: (store) => store.get('incident', tenant, 'inc_00000004', ctx) },
  {
    name: 'documents of an incident',
    ask: (store) => store.list('notice', { tenant, incidentId: 'inc_00000001', limit: 100 }, ctx),
  },
  {
    name: 'documents in a state',
    ask: (store) => store.list('incident', { tenant, states: ['open'], limit: 100 }, ctx),
  },
  {
    name: 'documents in a state, of all tenants',
    ask: (store) => store.list('notice', { states: ['open'], limit: 100 }, ctx),
    sorts: explained,
  },
  { name: 'page 1,000 of documents', ask: (store) => store.list('incident', { tenant, after: last, limit: 20 }, ctx) },
  {
    name: 'page 1,000 of documents in a state',
    ask: (store) => store.list('incident', { tenant, states: ['closed'], after: last, limit: 20 }, ctx),
  },
  {
    name: 'page 1,000 of documents, newest first',
    ask: (store) => store.list('incident', { tenant, after: 'inc_00000100', descending: true, limit: 20 }, ctx),
  },
  {
    name: 'page 1,000 of the audit log',
    ask: (store) => store.readAudit({ tenant, from: filled - 20, limit: 20 }, ctx),
  },
  { name: 'the end of the audit log', ask: (store) => store.auditHead(tenant, ctx) },
  { name: 'the last checkpoint', ask: (store) => store.lastAuditCheckpoint(tenant, ctx) },
  {
    name: 'checkpoints from a size on',
    ask: (store) => store.auditCheckpoints({ tenant, from: filled - 20, limit: 20 }, ctx),
  },
  { name: 'texts by digest', ask: (store) => store.blobs(tenant, ['digest_00000004', 'digest_00000008'], ctx) },
]

/** Tables of a handful of rows. */
const tiny = /^(mendkit_(log_epoch|schema|audit_head)|of|head)$/

async function connect(kind: keyof typeof explainers): Promise<Dialect> {
  if (kind === 'sqlite') return new SqliteDialect({ database: preparedDatabase(new DatabaseSync(':memory:')) })
  const { url } = await makeDatabase(kind)
  return kind === 'postgres'
    ? new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 3 }) })
    : new MysqlDialect({ pool: createPool({ uri: url.replace('mariadb:', 'mysql:'), connectionLimit: 3 }) })
}

describe.each(['sqlite', ...servers] as const)('with a million rows, as %s believes,', (kind) => {
  test('each query of the hot path looks into an index, and pages by keys', { timeout: 120_000 }, async () => {
    const asked: CompiledQuery[] = []
    const db = new Kysely<Tables>({ dialect: await connect(kind), log: ({ query }) => void asked.push(query) })
    onTestFinished(() => db.destroy())
    const plain = db.withPlugin(plainRows)
    const store = sqlStore({ db })
    await store.open({ clock: systemClock }, ctx)
    await fill(db)
    const { explain, believeInMillions } = explainers[kind]
    await believeInMillions(plain)

    const faults: string[] = []
    let plans = 0
    for (const { name, ask, sorts } of hotPath) {
      asked.length = 0
      // Rows that were filled in are not all of them rows that read back.
      await ask(store).catch(() => undefined)
      const queries = asked.filter(({ sql }) => /\bmendkit_/.test(sql) && /^\W*(select|update|with)/i.test(sql))
      if (queries.length === 0) faults.push(`${name}: nothing was asked`)
      for (const query of queries) {
        const plan = await explain(plain, query)
        plans += 1
        faults.push(
          ...faultsOf(plan, sorts?.includes(kind) === true).map((fault) => `${name}: ${fault}\n    ${query.sql}`),
        )
      }
    }
    expect(faults.join('\n')).toBe('')
    expect(plans).toBeGreaterThan(hotPath.length)

    // The same look finds what has no index.
    const [lost] = (
      await explain(plain, db.selectFrom('mendkit_blob').select('digest').where('salt', '=', 'a').compile())
    ).steps
    expect(lost?.by).toBe('every row')
  })
})

function faultsOf({ steps, sorts, statement }: Plan, maySort: boolean): readonly string[] {
  const large = steps.filter(({ table }) => !tiny.test(table))
  return [
    ...large.filter(({ by }) => by !== 'index').map(({ table, detail }) => `reads all of ${table} (${detail})`),
    ...(sorts && !maySort ? [`sorts (${steps.map(({ detail }) => detail).join('; ')})`] : []),
    ...(/\boffset\b/i.test(statement) ? ['counts rows that it skips'] : []),
  ]
}

if (servers.length === 0) test('plans of servers', ({ skip }) => skip(withoutServers))
