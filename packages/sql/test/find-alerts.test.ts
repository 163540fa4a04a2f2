import { DatabaseSync } from 'node:sqlite'
import type { Alert } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { headOf } from '../src/find-alerts.ts'
import { openStore, temporaryFile } from './folder.ts'
import { aChange, anAlert, tenant } from './rows.ts'

const ctx = callContext()
const put = (rows: readonly Alert[], of = tenant) =>
  aChange({ tenant: of, put: [{ kind: 'alerts', rows: rows.map((row) => ({ ...row, tenant: of })) }] })
const idsOf = (rows: readonly Alert[]) => rows.map((row) => row.id)

test('alerts whose ids begin alike are told apart, and those of another tenant are never seen', async () => {
  const store = await openStore(temporaryFile())
  const ids = ['the same beginning', 'the same beginning, longer', 'the same be', 'the same b', 'the']
  await store.commit(put(ids.map(anAlert)), ctx)
  await store.commit(put([{ ...anAlert('the same beginning'), source: 'other' }], 'globex'), ctx)
  for (const id of ids) expect(idsOf(await store.alerts(tenant, [id], ctx))).toEqual([id])
  expect(idsOf(await store.alerts(tenant, ['the same beginning, but not stored'], ctx))).toEqual([])
  expect(await store.alerts('globex', ids, ctx)).toMatchObject([{ tenant: 'globex', source: 'other' }])
  const known = { ...anAlert('the same beginning, longer'), revision: 1, missed: 7 }
  expect((await store.commit(put([known]), ctx)).kind).toBe('committed')
  expect((await store.alerts(tenant, ids, ctx)).filter((alert) => alert.missed === 7)).toHaveLength(1)
  const stale = { tenant, source: 'am', seenBefore: '2027-01-01T00:00:00Z', limit: 2 }
  const first = await store.staleAlerts(stale, ctx)
  const second = await store.staleAlerts({ ...stale, after: first.at(-1)?.id ?? '' }, ctx)
  const third = await store.staleAlerts({ ...stale, after: second.at(-1)?.id ?? '' }, ctx)
  expect([first, second, third].map(idsOf)).toEqual([ids.slice(0, 2), ids.slice(2, 4), ids.slice(4)])
})

test('of many writers that store the same new alerts at once, on one file, one succeeds', async () => {
  const file = temporaryFile()
  const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(file)))
  const rows = Array.from({ length: 600 }, (_, index) => anAlert(`alert_${index}`))
  const changes = [rows, rows.slice(500), rows.toReversed(), rows.slice(0, 1)]
  const results = await Promise.all(stores.map((store, index) => store.commit(put(changes[index] ?? []), ctx)))
  const committed = changes.filter((_, index) => results[index]?.kind === 'committed').flat()
  expect(results.filter(({ kind }) => kind === 'conflict').length).toBeGreaterThanOrEqual(2)
  const database = new DatabaseSync(file, { readOnly: true })
  const stored = database.prepare('select count(*) as rows, count(distinct id) as ids from mendkit_alert').get()
  database.close()
  expect({ ...stored }).toEqual({ rows: committed.length, ids: committed.length })
})

test('the beginning of an id sorts as the id does, and holds no half characters', () => {
  const ids = [
    'a',
    '123456789',
    '1234567890',
    '12345678901',
    '123456789\u{1f525}',
    '123456789\u{1f525}b',
    '123456789\uffee',
  ]
  const bytes = (text: string) => Buffer.from(text)
  for (const id of ids) expect(headOf(id).isWellFormed()).toBe(true)
  const byId = ids.toSorted((left, right) => bytes(left).compare(bytes(right)))
  const byHead = ids.toSorted(
    (left, right) => bytes(headOf(left)).compare(bytes(headOf(right))) || bytes(left).compare(bytes(right)),
  )
  expect(byHead).toEqual(byId)
})
