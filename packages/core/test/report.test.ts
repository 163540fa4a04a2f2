import type { Report } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { mostOfReport } from '../src/engine/report/read-newest.ts'
import { breakIt, byHand, cure, openManyShop } from './support/many.ts'
import type { Shop } from './support/shop.ts'

const since = '2020-01-01T00:00:00Z'
const nothing = {
  ...{ suggested: 0, asked: 0, rejected: 0, same: 0, different: 0, selfCleared: 0, unknown: 0 },
  ...{ executed: 0, verified: 0, failed: 0, undone: 0, savedMs: 0 },
}
const about = { cause: 'rules/bad-flag', action: 'shop.set-flag' }

function opened(given: Parameters<typeof openManyShop>[0]): Shop {
  const shop = openManyShop(given)
  onTestFinished(() => shop.stop())
  return shop
}

test('counts what people did about suggestions, and the time that acting would have saved', async () => {
  const shop = opened({ autonomy: { 'namespace:shop': 'suggest' } })
  let saved = 0
  for (const [index, done] of (['same', 'same', 'different', 'nothing'] as const).entries()) {
    await breakIt(shop, `Broken${index}`)
    await shop.clock.advance(90_000 * (index + 1))
    byHand[done](shop)
    await cure(shop, `Broken${index}`)
    if (done === 'same') saved += 90_000 * (index + 1) + 1_000
  }
  await breakIt(shop, 'Open')
  const told = await shop.mendkit.report({ since })
  const numbers = { ...nothing, suggested: 5, same: 2, different: 1, selfCleared: 1, savedMs: saved }
  expect(told).toEqual({
    since: '2020-01-01T00:00:00.000Z',
    until: new Date(shop.clock.now()).toISOString(),
    rows: [{ ...about, ...numbers }],
    totals: numbers,
    earned: [],
    complete: true,
  } satisfies Report)
})

test('counts what was carried out and what came of it', async () => {
  const shop = opened({})
  await breakIt(shop, 'Good')
  await cure(shop, 'Good')
  const bad = await breakIt(shop, 'Bad')
  shop.world.health = 0
  await shop.untilTrue('it is undone', async () => (await shop.mendkit.incidents.get(bad))?.phase === 'escalated')
  const { rows } = await shop.mendkit.report({ since })
  expect(rows).toEqual([{ ...about, ...nothing, executed: 2, verified: 1, undone: 1 }])
})

test('counts what was asked, rejected, and then done by hand all the same', async () => {
  const shop = opened({ autonomy: { 'namespace:shop': 'approve' } })
  await breakIt(shop, 'Asked')
  const [question] = await shop.mendkit.approvals.list()
  const alice = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
  await shop.mendkit
    .as(alice)
    .approvals.reject(question?.id ?? '', { digest: question?.digest ?? '', because: 'I do it myself' })
  await shop.clock.advance(1_000)
  byHand.same(shop)
  await cure(shop, 'Asked')
  const { rows } = await shop.mendkit.report({ since })
  expect(rows).toEqual([{ ...about, ...nothing, asked: 1, rejected: 1, same: 1, savedMs: expect.any(Number) }])
})

test.each(['same', 'different', 'nothing'] as const)(
  'counts a question whose incident was taken over by what was done by hand: %s',
  async (done) => {
    const shop = opened({ autonomy: { 'namespace:shop': 'approve' } })
    const id = await breakIt(shop, 'Taken')
    await shop.mendkit.incidents.acknowledge(id)
    await shop.clock.advance(1_000)
    expect(await shop.mendkit.approvals.list()).toEqual([])
    byHand[done](shop)
    await cure(shop, 'Taken')
    const { rows } = await shop.mendkit.report({ since })
    const counter = { same: 'same', different: 'different', nothing: 'selfCleared' }[done]
    const savedMs = done === 'same' ? expect.any(Number) : 0
    expect(rows).toEqual([{ ...about, ...nothing, asked: 1, [counter]: 1, savedMs }])
  },
)

test('counts a question whose incident was taken over and given back by what came of the next one', async () => {
  const shop = opened({ autonomy: { 'namespace:shop': 'approve' } })
  const id = await breakIt(shop, 'Back')
  await shop.mendkit.incidents.takeOver(id)
  await shop.clock.advance(1_000)
  await shop.mendkit.incidents.handBack(id)
  await shop.untilTrue('it is asked anew', async () => (await shop.mendkit.approvals.list()).length === 1)
  const [question] = await shop.mendkit.approvals.list()
  const alice = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
  await shop.mendkit.as(alice).approvals.approve(question?.id ?? '', { digest: question?.digest ?? '' })
  await shop.clock.advance(5_000)
  await cure(shop, 'Back')
  const { totals } = await shop.mendkit.report({ since })
  expect(totals).toMatchObject({ asked: 1, executed: 1, same: 0, different: 0, selfCleared: 0, unknown: 0 })
})

test('leaves out a suggestion that a newer plan of the same incident took the place of', async () => {
  const shop = opened({ autonomy: { 'namespace:shop': 'suggest' } })
  const id = await breakIt(shop, 'Again')
  await shop.mendkit.incidents.diagnose(id)
  const { planId } = await shop.incident()
  await shop.untilTrue('it is suggested anew', async () => (await shop.incident()).planId !== planId)
  expect((await shop.mendkit.report({ since })).totals).toMatchObject({ suggested: 1 })
})

test('tells of the wanted time and of its own tenant alone, and writes nothing', async () => {
  const shop = opened({ autonomy: { 'namespace:shop': 'suggest' } })
  await breakIt(shop, 'First')
  await cure(shop, 'First')
  const between = new Date(shop.clock.now()).toISOString()
  await shop.clock.advance(60_000)
  await breakIt(shop, 'Second')
  await cure(shop, 'Second')
  const before = await shop.mendkit.audit.read({ limit: 1_000 })
  expect((await shop.mendkit.report({ since })).totals.selfCleared).toBe(2)
  expect((await shop.mendkit.report({ since: between })).totals).toMatchObject({ suggested: 1, selfCleared: 1 })
  expect((await shop.mendkit.report({ since, until: between })).totals).toMatchObject({ suggested: 1, selfCleared: 1 })
  const other = shop.mendkit.as({ id: 'eve', roles: [], tenant: 'globex', via: 'test' })
  expect(await other.report({ since })).toMatchObject({ rows: [], totals: nothing, complete: true })
  expect(await shop.mendkit.audit.read({ limit: 1_000 })).toEqual(before)
  await expect(shop.mendkit.report({ since: 'yesterday' })).rejects.toMatchObject({ code: 'invalid', path: 'since' })
  await expect(shop.mendkit.report({ since, until: '2019-01-01' })).rejects.toMatchObject({ path: 'until' })
})

test('says when it was cut off', async () => {
  const shop = opened({ autonomy: { 'namespace:shop': 'suggest' } })
  await breakIt(shop, 'One')
  const [plan] = await shop.store.list('plan', { tenant: 'default', limit: 1 }, callContext())
  if (plan === undefined) throw new Error('there is no plan')
  for (let from = 0; from <= mostOfReport; from += 1_000) {
    const put = Array.from({ length: 1_000 }, (_, index) => {
      const row = { ...plan, id: `${plan.id}_${String(from + index).padStart(6, '0')}`, revision: 0 }
      return { kind: 'document', table: 'plan', row } as const
    })
    await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
  }
  const told = await shop.mendkit.report({ since })
  expect(told.complete).toBe(false)
  expect(await shop.mendkit.report({ since }, { format: 'markdown' })).toContain('There was more than is read')
})

test('as Markdown it is one table that no name from outside can break', async () => {
  const shop = opened({ autonomy: { 'namespace:shop': 'suggest' } })
  await breakIt(shop, 'One')
  await shop.clock.advance(90_000)
  byHand.same(shop)
  await cure(shop, 'One')
  const markdown = await shop.mendkit.report({ since }, { format: 'markdown' })
  expect(markdown).toContain(
    '| `rules/bad-flag` | `shop.set-flag` | 1 | 0 | 0 | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 min 31 s |',
  )
  expect(markdown).toContain('*Would have saved*')
})

test('tells how far autonomy has come in each place, and nothing of another tenant', async () => {
  const shop = opened({ autonomy: {}, settings: { autonomy: { earnUpTo: { 'namespace:shop': 'auto' } } } })
  for (const name of ['One', 'Two']) {
    await breakIt(shop, name)
    byHand.same(shop)
    await cure(shop, name)
  }
  const place = { ...about, cluster: 'default', namespace: 'shop' }
  expect((await shop.mendkit.report({ since })).earned).toEqual([
    { ...place, level: 'suggest', outcomes: 2, successes: 2, bound: 0.3423 },
  ])
  expect(await shop.mendkit.report({ since }, { format: 'markdown' })).toContain(
    '| `rules/bad-flag` | `shop.set-flag` | `default` | `shop` | suggest | 2 of 2 | `0.3423` |',
  )
  const other = shop.mendkit.as({ id: 'eve', roles: [], tenant: 'globex', via: 'test' })
  expect((await other.report({ since })).earned).toEqual([])
})
