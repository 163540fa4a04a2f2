import type { Execution, Incident, Put, Redacted } from '@mendkit/core'
import { expect, test } from 'vitest'
import { mostOfHistory, readExecutions, readIncidents } from '../src/engine/decide/past.ts'
import { type Bench, setUp } from './support/parts.ts'
import { openShop } from './support/shop.ts'

const hour = 3_600_000
const target = { cluster: 'c', apiVersion: 'shop/v1', kind: 'Flag', namespace: 'shop', name: 'checkout', labels: {} }
const now = Date.UTC(2026, 6, 2)
const bound = { since: now - 24 * hour, waitedMs: 25 * hour, most: mostOfHistory }

function execution(number: number, given: Partial<Execution> = {}): Put {
  const row: Execution = {
    ...{ tenant: 'acme', id: `exe_${String(number).padStart(6, '0')}`, incidentId: 'inc_1', planId: 'pln_1', index: 0 },
    ...{ cause: 'rules/x' as Redacted },
    ...{ state: 'succeeded', type: 'shop.set-flag', params: {}, target, risk: 'low', before: 1, after: 2, guard: 1 },
    ...{ fieldsDigest: 'f', blastRadius: { resources: [], replicas: 1 }, lockKeys: ['k'], fence: 1, sends: 1 },
    ...{ mintedAt: now - hour, intentAt: now - hour, deadline: now, reads: 0, measuresBefore: [], revision: 0 },
    ...given,
  }
  return { kind: 'document', table: 'execution', row }
}

function incident(id: string, given: Partial<Incident> = {}): Put {
  const row: Incident = {
    ...{ tenant: 'acme', id, cluster: 'c', phase: 'closed', title: 'x' as Redacted, openedAt: now - hour },
    ...{ phaseSince: now, deadlines: {}, diagnoses: 0, hadEffect: false, voids: {}, rejectedPlans: [], relapses: 0 },
    ...{ revision: 0, ...given },
  }
  return { kind: 'document', table: 'incident', row }
}

const executions = (bench: Bench) => readExecutions(bench.parts, 'acme', bound, bench.ctx)
const incidents = (bench: Bench) => readIncidents(bench.parts, 'acme', bound, bench.ctx)

const many = (count: number, given: Partial<Execution> = {}, from = 0) =>
  Array.from({ length: count }, (_, index) => execution(from + index, given))

test('the past is complete up to its bound, and says so when there is more', async () => {
  const bench = await setUp()
  await bench.commit({ put: many(999) })
  expect(await executions(bench)).toMatchObject({ complete: true, items: { length: 999 } })
  await bench.commit({ put: many(2, {}, 999) })
  const cut = await executions(bench)
  expect(cut).toMatchObject({ complete: false, items: { length: 1_000 } })
  expect(cut.items.map(({ id }) => id)).not.toContain('exe_000000')
  expect(await incidents(bench)).toEqual({ complete: true, items: [] })
})

test('what lies before the time looked at costs nothing of the bound', async () => {
  const bench = await setUp()
  await bench.commit({ put: many(2_000, { mintedAt: now - 60 * hour, intentAt: now - 60 * hour }) })
  await bench.commit({ put: many(3, {}, 2_000) })
  expect(await executions(bench)).toMatchObject({ complete: true, items: { length: 3 } })
})

test('an effect whose plan waited for a day is found by when it began', async () => {
  const bench = await setUp()
  await bench.commit({ put: [execution(1, { mintedAt: now - 25.9 * hour, intentAt: now - hour })] })
  await bench.commit({ put: many(150, { mintedAt: now - 25.5 * hour, intentAt: now - 25.5 * hour }, 2) })
  expect((await executions(bench)).items.map(({ id }) => id)).toEqual(['exe_000001'])
})

test('incidents of the tenant are told once each: one that was merged counts with the other, and none is told of others', async () => {
  const bench = await setUp()
  const old = incident('inc_1', { openedAt: now - 25 * hour })
  const merged = incident('inc_3', { mergedInto: 'inc_2' })
  await bench.commit({ put: [old, incident('inc_2'), merged, incident('inc_4')] })
  await bench.commit({ tenant: 'globex', put: [{ ...incident('inc_5') }].map(theirs) })
  await bench.commit({ tenant: 'globex', put: [execution(1)].map(theirs) })
  expect((await incidents(bench)).items.map(({ id }) => id)).toEqual(['inc_4', 'inc_2'])
  expect((await executions(bench)).items).toEqual([])
})

function theirs(put: Put): Put {
  return put.kind === 'document' ? ({ ...put, row: { ...put.row, tenant: 'globex' } } as Put) : put
}

test('a plan that waited too long for its turn is made anew before anything is done', async () => {
  const shop = openShop({ settings: { engine: { sweepMs: hour } } })
  await shop.fire()
  await shop.mendkit.pause()
  await shop.until('remediating')
  const first = (await shop.incident()).planId
  await shop.clock.advance(25 * hour)
  expect((await shop.incident()).planId).toBe(first)
  await shop.mendkit.resume()
  await shop.until('verifying')
  expect((await shop.incident()).planId).not.toBe(first)
  expect(shop.world.effects).toHaveLength(1)
  expect((await shop.moves()).map(({ to }) => to)).toEqual([
    ...['diagnosing', 'deciding', 'remediating'],
    ...['deciding', 'remediating', 'verifying'],
  ])
  await shop.stop()
})
