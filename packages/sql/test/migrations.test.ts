import { DatabaseSync } from 'node:sqlite'
import { systemClock } from '@mendkit/core'
import { migrationsSql, sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { openStore, temporaryFile } from './folder.ts'
import { editedSchemas, type FrozenSchema, frozenSchemas } from './frozen-schemas.ts'
import { aChange, counts, tenant } from './rows.ts'

const ctx = callContext()

function schemaOf(file: string): readonly unknown[] {
  const database = new DatabaseSync(file)
  const rows = database.prepare('select type, name, sql from sqlite_master order by type, name').all()
  const versions = database.prepare('select version, name from mendkit_migration order by version').all()
  const current = database.prepare('select version, minimum_reader from mendkit_schema').all()
  database.close()
  return [...rows, ...versions, ...current].map((row) => ({ ...row }))
}

test('open makes every table under our prefix, and does it once', async () => {
  const file = temporaryFile()
  const store = await openStore(file)
  await store.open({ clock: systemClock }, ctx)
  await store.close()
  const schema = schemaOf(file)
  await openStore(file)
  expect(schemaOf(file)).toEqual(schema)
  const names = (schema as { name?: string }[]).flatMap(({ name }) => name ?? [])
  const foreign = names.filter((name) => !/^(mendkit_|sqlite_autoindex_mendkit_|first tables$)/.test(name))
  expect(foreign).toEqual([])
})

test('several stores may open one new file at once', async () => {
  const file = temporaryFile()
  const stores = await Promise.all(Array.from({ length: 6 }, () => openStore(file)))
  await Promise.all(stores.map((store) => store.commit(aChange({ put: [counts('c')] }), ctx)))
  expect(await stores[0]?.counter(tenant, 'c', ctx)).toBe(6)
})

test('the migrations as text make the same schema, which open then leaves alone', async () => {
  const [byText, byOpen] = [temporaryFile(), temporaryFile()]
  const database = new DatabaseSync(byText)
  database.exec(`begin; ${migrationsSql()} commit`)
  database.close()
  await openStore(byOpen)
  expect(schemaOf(byText)).toEqual(schemaOf(byOpen))
  const store = await openStore(byText)
  expect((await store.commit(aChange({ put: [counts('c')] }), ctx)).kind).toBe('committed')
  expect(migrationsSql({ after: 1 })).toBe('')
})

test('a schema that was released is what the migrations still make: its steps never change', () => {
  expect(frozenSchemas().map(({ version }) => version)).toContain(1)
  // Before the first release `pnpm schema:freeze` writes it anew; after it, what is wanted is another step.
  expect(editedSchemas()).toEqual([])
})

test('an edit of what was released is told with its version and database', () => {
  const [first] = frozenSchemas()
  const released = { ...first, texts: { ...first?.texts, mysql: `${first?.texts.mysql}-- another` } } as FrozenSchema
  expect(editedSchemas([released])).toEqual(['schema 1 on mysql'])
})

test('nothing is opened before open, and close may come first', async () => {
  const store = sqlStore('/nowhere/at/all/mendkit.db')
  onTestFinished(() => store.close())
  expect([store.id, store.durable, store.spec]).toEqual(['sql', true, 1])
  await store.close()
})
