import { defineNotifier, MendkitError, type Notice } from '@mendkit/core'
import { expect, test } from 'vitest'
import { freshWorld, openShop, type Shop } from './support/shop.ts'

/** A pager that takes every notice, and loses its first answers: whoever asks it sends the same again. */
function forgetfulPager(losses: number) {
  const got: Notice[] = []
  const notifier = defineNotifier({
    id: 'pager',
    reachesPeople: true,
    async send(notice) {
      if (notice.urgency !== 'page') return
      got.push(notice)
      if (got.length <= losses) throw new MendkitError('unavailable', 'the answer of the pager was lost')
    },
  })
  return { notifier, got, rings: () => new Set(got.map(({ dedupeKey }) => dedupeKey)).size }
}

async function untilNotRecovered(shop: Shop): Promise<void> {
  await shop.until('verifying')
  await shop.fire()
  await shop.until('escalated')
}

test('a page that is sent twice rings once, and the same trouble later in the same incident rings again', async () => {
  const world = freshWorld()
  world.health = 0.5
  const pager = forgetfulPager(1)
  const shop = openShop({ world, notifiers: [pager.notifier], settings: { execution: { cooldownMs: 0 } } })
  await shop.fire()
  await untilNotRecovered(shop)
  await shop.untilTrue('the page was sent again', () => pager.got.length === 2)
  expect(pager.rings()).toBe(1)

  world.flag = { ...world.flag, on: true, version: world.flag.version + 1 }
  await shop.mendkit.incidents.diagnose((await shop.incident()).id)
  await untilNotRecovered(shop)
  await shop.untilTrue('the second page was sent', () => pager.got.length === 3)
  expect(pager.rings()).toBe(2)
  await shop.clock.advance(3_600_000)
  expect(pager.got).toHaveLength(3)
  expect((await shop.moves()).filter(({ reason }) => reason === 'not-recovered')).toHaveLength(2)
  await shop.stop()
})
