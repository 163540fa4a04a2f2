import { type Store, systemClock, verifyAudit } from '@mendkit/core'
import { sqlStore } from '@mendkit/sql'
import { makeDatabase, servers, withoutServers } from '@mendkit/testbed/databases'
import { callContext, verifyLog } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { writing } from '../src/connect.ts'
import { type Migration, migrations } from '../src/migrations.ts'
import { openSchema, ours } from '../src/schema.ts'
import { trust } from './deployment.ts'
import { temporaryFile } from './folder.ts'
import { type FrozenSchema, frozenSchemas, frozenTenants, load } from './frozen-schemas.ts'
import { startChild } from './processes/child.ts'
import { tenant } from './rows.ts'

const ctx = callContext()

/** What a later version might add: columns in every large table, a table and an index. Code of this version still reads it. */
const expand: Migration = {
  version: ours + 1,
  name: 'what comes next',
  minimumReader: ours,
  statements: ({ name, text, whole, inKey }) => [
    ...['document', 'alert', 'member', 'symptom', 'correlation_key', 'due', 'audit_head'].map(
      (table) => `alter table mendkit_${table} add column added ${text}`,
    ),
    `create table mendkit_added (id ${name} not null, number ${whole} not null, primary key (id))${inKey}`,
    'create index mendkit_member_by_alert on mendkit_member (tenant, alert_id)',
  ],
}

/** What follows once no older code runs: that code could not read the tables any more. */
const contract: Migration = {
  version: ours + 2,
  name: 'what goes then',
  minimumReader: ours + 1,
  statements: () => ['alter table mendkit_counter add column needed bigint', 'drop table mendkit_added'],
}

function migrate(source: string, steps: readonly Migration[]): Promise<void> {
  return writing(source, ({ db, dialect, database }) =>
    openSchema(db, dialect, systemClock, 30_000, database, undefined, [...migrations, ...steps]),
  )
}

/** What was there before is there, and its logs verify. */
async function assertKept(store: Store, { rows }: FrozenSchema): Promise<void> {
  const logs = rows.filter(({ table }) => table === 'mendkit_audit_head').map(({ row }) => row)
  expect(new Set(logs.map((row) => row['tenant']))).toEqual(new Set(frozenTenants))
  for (const { tenant: of, size } of logs as unknown as readonly { tenant: string; size: number }[]) {
    const { findings, entries, signed } = await verifyAudit(store, of, { trust }, ctx)
    expect([findings, entries, signed]).toEqual([[], size, true])
    const found = await store.alerts(of, ['a1', 'a2', 'a3'], ctx)
    expect(found.map(({ id }) => id).toSorted()).toEqual(['a1', 'a2', 'a3'])
  }
}

describe.each(['sqlite' as const, ...servers])('the tables on %s', (kind) => {
  test.each(frozenSchemas().map((frozen) => [frozen.version, frozen] as const))(
    'of released schema %i go to a later one under a worker of this one, which goes on and loses nothing',
    async (_, frozen) => {
      const source = kind === 'sqlite' ? temporaryFile() : (await makeDatabase(kind)).url
      await load(frozen, source)
      const worker = startChild('./work-forever.ts', source)
      await worker.printed(6)
      await migrate(source, [expand])
      const before = worker.lines.length
      await worker.printed(before + 12)
      // Somebody who starts with the older code after the step finds tables that it reads.
      const store = sqlStore(source)
      await store.open({ clock: systemClock }, ctx)
      onTestFinished(() => store.close())
      await worker.kill()

      const acknowledged = worker.lines.flatMap((line) => line.split(' ').map(Number))
      expect(await verifyLog(store)).toBeGreaterThanOrEqual(acknowledged.length)
      expect(acknowledged).toEqual(acknowledged.map((_, index) => index))
      const rounds = await store.counter(tenant, 'rounds', ctx)
      expect(rounds).toBeGreaterThanOrEqual(acknowledged.length / 2)
      expect(await store.list('incident', { tenant, limit: 1_000 }, ctx)).toHaveLength(rounds)

      await assertKept(store, frozen)
      await migrate(source, [expand, contract])
      const late = sqlStore(source)
      await expect(late.open({ clock: systemClock }, ctx)).rejects.toMatchObject({
        code: 'unsupported',
        message: expect.stringMatching(/newer version/),
      })
    },
    120_000,
  )
})

if (servers.length === 0) test('migrations on servers', ({ skip }) => skip(withoutServers))
