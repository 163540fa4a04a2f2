import { definePolicy, type Notice } from '@mendkit/core'
import { expect, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const asking = definePolicy({ id: 'ask', decide: () => ({ kind: 'ask', because: 'somebody should look' }) })

async function noticeOf(shop: Shop, urgency: Notice['urgency']): Promise<Notice> {
  await shop.untilTrue(`a notice was sent as ${urgency}`, () => shop.notices.some((each) => each.urgency === urgency))
  return shop.notices.find((each) => each.urgency === urgency) ?? expect.unreachable()
}

test('a question shows the very difference that its approval shows', async () => {
  const shop = openShop({ policies: [asking] })
  await shop.fire()
  const notice = await noticeOf(shop, 'ask')
  const [question] = await shop.mendkit.approvals.list()
  expect(notice.diff).toBe('- on: true\n+ on: false\n')
  expect(question?.diffs).toEqual([notice.diff])
  expect(notice.phase).toBe('awaiting-approval')
  await shop.stop()
})

test('a notice that asks nothing shows no difference', async () => {
  const shop = openShop()
  await shop.fire()
  await shop.until('verifying')
  await shop.clear()
  const notice = await noticeOf(shop, 'info')
  expect([notice.diff, notice.phase]).toEqual([undefined, 'resolved'])
  await shop.stop()
})

test('a long difference is cut, and says so', async () => {
  const world = freshWorld()
  const flag = setFlag(world)
  const preview: typeof flag.preview = async (input, ctx) => {
    return { ...(await flag.preview(input, ctx)), diff: '+ a line of many\n'.repeat(5_000) }
  }
  const shop = openShop({ world, policies: [asking], action: { ...flag, preview } })
  await shop.fire()
  const { diff = '' } = await noticeOf(shop, 'ask')
  expect(diff.length).toBeLessThan(16_100)
  expect(diff).toMatch(/\[cut here: \d+ more characters\]$/)
  await shop.stop()
})

async function escalated(): Promise<Shop> {
  const world = freshWorld()
  world.health = 0.5
  const shop = openShop({ world })
  await shop.fire()
  await shop.until('escalated')
  expect((await noticeOf(shop, 'page')).phase).toBe('escalated')
  return shop
}

test('whoever was paged is told when the alerts are gone, once', async () => {
  const shop = await escalated()
  await shop.clear()
  await shop.until('resolved')
  const over = await noticeOf(shop, 'info')
  expect(over.phase).toBe('resolved')
  expect(over.body).toContain('is resolved')
  await shop.until('closed')
  expect(shop.notices.map(({ urgency }) => urgency)).toEqual(['page', 'info'])
  await shop.stop()
})

test('whoever was paged is told when a person closes the incident', async () => {
  const shop = await escalated()
  await shop.mendkit.incidents.close((await shop.incident()).id)
  const over = await noticeOf(shop, 'info')
  expect(over.phase).toBe('closed')
  expect(over.body).toContain('a person closed it')
  await shop.stop()
})

test('nobody is told that alerts are gone of which nobody was paged', async () => {
  const shop = openShop({ policies: [asking] })
  await shop.fire()
  await noticeOf(shop, 'ask')
  await shop.clear()
  await shop.until('closed')
  expect(shop.notices).toHaveLength(1)
  await shop.stop()
})
