import { hash } from 'node:crypto'
import { statSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import type { Alert } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { hashOf } from '../src/find-alerts.ts'
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

test('the same id of another tenant, and ids that differ, are found by other numbers, which every database can keep', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => hash('sha256', String(index)))
  const numbers = ['default', 'globex', '\u{1f525}'].flatMap((name) => ids.map((id) => hashOf(name, id)))
  expect(new Set(numbers).size).toBeGreaterThan(2_990)
  expect(numbers.every((number) => Number.isInteger(number) && Math.abs(number) <= 2 ** 31)).toBe(true)
})

test('alerts whose ids end alike are stored side by side: a storm of them writes a fraction of what as many of others write', async () => {
  const file = temporaryFile()
  const store = await openStore(file)
  const idOf = (index: number, ending: string) => `${hash('sha256', `${index}`).slice(0, 48)}${endingOf(ending)}`
  const endingOf = (name: string) => hash('sha256', name).slice(0, 16)
  const stored = Array.from({ length: 30_000 }, (_, index) => anAlert(idOf(index, `stored ${index % 300}`)))
  for (let from = 0; from < stored.length; from += 1_000) await store.commit(put(stored.slice(from, from + 1_000)), ctx)
  const writtenFor = async (endingAt: (index: number) => string) => {
    const database = new DatabaseSync(file)
    database.exec('pragma wal_checkpoint(truncate)')
    database.close()
    const storm = Array.from({ length: 300 }, (_, index) => anAlert(idOf(index, endingAt(index))))
    expect((await store.commit(put(storm), ctx)).kind).toBe('committed')
    return statSync(`${file}-wal`).size
  }
  const [alike, unlike] = [await writtenFor(() => 'storm'), await writtenFor((index) => `storm ${index}`)]
  expect(alike).toBeLessThan(unlike * 0.75)
})

test('alerts of two tenants that are found by the same number are never taken for one another', async () => {
  const [one, other] = ['team-n6j891lbv3', 'team-rjhqxt1ihd']
  expect(hashOf(one, 'alert_1')).toBe(hashOf(other, 'alert_1'))
  const store = await openStore(temporaryFile())
  await store.commit(put([anAlert('alert_1')], one), ctx)
  expect(await store.alerts(other, ['alert_1'], ctx)).toEqual([])
  expect((await store.commit(put([{ ...anAlert('alert_1'), source: 'other' }], other), ctx)).kind).toBe('committed')
  expect(await store.alerts(one, ['alert_1'], ctx)).toMatchObject([{ tenant: one, source: 'am' }])
  expect(await store.alerts(other, ['alert_1'], ctx)).toMatchObject([{ tenant: other, source: 'other' }])
})
