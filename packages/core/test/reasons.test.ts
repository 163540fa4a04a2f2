import { type Analyzer, definePolicy, MendkitError, type Notice } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const secret = 'password=hunter2hunter2'

async function lastNotice(shop: Shop): Promise<Notice> {
  await shop.untilTrue('people were told', () => shop.notices.length > 0)
  const notice = shop.notices.at(-1)
  if (notice === undefined) throw new Error('there is no notice')
  return notice
}

async function timelineOf(shop: Shop): Promise<string> {
  return shop.mendkit.incidents.timeline((await shop.incident()).id, { format: 'markdown' })
}

/** Shops in which something fails, and the words in which it fails. */
const failing: Readonly<
  Record<string, { readonly open: () => Shop; readonly says: string; readonly action: boolean }>
> = {
  'preview-failed': {
    open: () => {
      const action = setFlag(freshWorld())
      const preview = () => Promise.reject(new MendkitError('rejected', `the flag server says no: ${secret}`))
      return openShop({ action: { ...action, preview } })
    },
    says: 'the flag server says no',
    action: true,
  },
  'analysis-failed': {
    open: () => {
      const broken: Analyzer = {
        spec: 1,
        id: 'broken',
        analyze: () => Promise.reject(new Error(`the model is away: ${secret}`)),
      }
      return openShop({ analyzers: [broken] })
    },
    says: 'the model is away',
    action: false,
  },
  'execution-failed': {
    open: () => {
      const world = freshWorld()
      world.beforeWrite = () => Promise.reject(new MendkitError('rejected', `the flag is frozen: ${secret}`))
      return openShop({ world })
    },
    says: 'the flag is frozen',
    action: true,
  },
}

describe('what failed reaches people in its own words, redacted:', () => {
  test.each(Object.entries(failing))('%s', async (reason, { open, says, action }) => {
    const shop = open()
    await shop.fire()
    const { body } = await lastNotice(shop)
    expect((await shop.incident()).reason).toBe(reason)
    expect(body).toContain(`Why: `)
    expect(body).toContain(says)
    expect(body).toContain('What to do: ')
    expect(body.includes('Action: shop.set-flag on Flag shop/checkout')).toBe(action)
    const markdown = await timelineOf(shop)
    expect(markdown.replaceAll('\\', '')).toContain(says)
    expect(body + markdown).not.toContain('hunter2hunter2')
    const { id } = await shop.incident()
    const { events } = await shop.mendkit.incidents.timeline(id)
    const moved = events.find((event) => event.type === 'phase-changed' && event.data.reason === reason)
    expect(moved?.texts['failure']).toEqual({ text: expect.stringContaining(says) })
    expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
    await shop.stop()
  })
})

test('a preview that stays out of reach is handed over with why it was', async () => {
  const action = setFlag(freshWorld())
  const preview = () => Promise.reject(new MendkitError('unavailable', 'no route to the flag server'))
  const shop = openShop({ action: { ...action, preview } })
  await shop.fire()
  expect((await lastNotice(shop)).body).toContain('no route to the flag server')
  await shop.stop()
})

test('a question names what would be done, to which object, who asks why, and until when', async () => {
  const policy = definePolicy({
    id: 'ask-checkout',
    decide: () => ({ kind: 'ask', because: 'checkout wants to know' }),
  })
  const shop = openShop({ policies: [policy] })
  await shop.fire()
  const { body, urgency, approvalId } = await lastNotice(shop)
  const [approval] = await shop.mendkit.approvals.list()
  expect(urgency).toBe('ask')
  expect(approvalId).toBe(approval?.id)
  expect(body).toContain('waiting for an approval')
  expect(body).toContain('Action: shop.set-flag on Flag shop/checkout')
  expect(body).toContain('Why: ask-checkout: checkout wants to know')
  expect(body).toContain(`approve or reject ${approval?.id} before ${new Date(approval?.expiresAt ?? 0).toISOString()}`)
  await shop.until('escalated')
  await shop.untilTrue('a page was sent', () => shop.notices.at(-1)?.urgency === 'page')
  expect(shop.notices.at(-1)?.body).toContain('Action: shop.set-flag on Flag shop/checkout')
  expect(shop.notices.at(-1)?.body).toContain('nobody answered the approval in time')
  await shop.stop()
})

test('a denial names the policy and its reason', async () => {
  const policy = definePolicy({ id: 'frozen', decide: () => ({ kind: 'deny', because: 'a change freeze holds' }) })
  const shop = openShop({ policies: [policy] })
  await shop.fire()
  expect((await lastNotice(shop)).body).toContain('Why: frozen: a change freeze holds')
  await shop.stop()
})

test('a fix that did not help names what is not well', async () => {
  const world = freshWorld()
  world.health = 0.5
  const shop = openShop({ world })
  await shop.fire()
  await shop.until('escalated')
  await shop.untilTrue('a page was sent', () => shop.notices.at(-1)?.urgency === 'page')
  expect(shop.notices.at(-1)?.body).toContain('shop-health: health is 0.5')
  expect(shop.notices.at(-1)?.body).toContain('Action: shop.set-flag on Flag shop/checkout')
  await shop.stop()
})

test('a reason of any length leaves a notice that can be read', async () => {
  const world = freshWorld()
  world.beforeWrite = () => Promise.reject(new MendkitError('rejected', 'no '.repeat(100_000)))
  const shop = openShop({ world })
  await shop.fire()
  const { body } = await lastNotice(shop)
  expect(body.length).toBeLessThan(2_000)
  expect(body).toContain('more characters]')
  expect(body).toContain('What to do: ')
  await shop.stop()
})

test('a plan is explained by itself or by its id', async () => {
  const policy = definePolicy({ id: 'frozen', decide: () => ({ kind: 'deny', because: 'a change freeze holds' }) })
  const shop = openShop({ policies: [policy] })
  await shop.fire()
  await shop.until('handed-over')
  const { plans } = await shop.mendkit.incidents.timeline((await shop.incident()).id)
  const [plan] = plans
  if (plan === undefined) throw new Error('there is no plan')
  expect(await shop.mendkit.explain(plan)).toContain('a change freeze holds')
  expect(await shop.mendkit.explain(plan.id)).toBe(await shop.mendkit.explain(plan))
  await expect(shop.mendkit.explain('pln_none')).rejects.toMatchObject({ code: 'not-found' })
  await shop.stop()
})
