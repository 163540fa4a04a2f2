import { type Change, definePolicy, type Store } from '@mendkit/core'
import { callContext, simulatedStore } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { autonomyMoves, breakIt, byHand, cure, earned, incidentOf, openManyShop } from './support/many.ts'
import { freshWorld, type Shop, setFlag } from './support/shop.ts'

const ctx = callContext()
const alice = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
/** Four of four have a lower bound of 0.51, five of five one of 0.56. */
const easy = { approveAfter: 4, approveBound: 0.5, autoAfter: 5, autoBound: 0.55 }
const upTo = (level: 'approve' | 'auto') => ({ autonomy: { earnUpTo: { 'namespace:shop': level }, ...easy } })

type Given = NonNullable<Parameters<typeof openManyShop>[0]>

function opened(given: Given = {}): Shop {
  const shop = openManyShop({ autonomy: { default: 'suggest' }, settings: upTo('auto'), ...given })
  onTestFinished(() => shop.stop())
  return shop
}

let number = 0

/** An incident that is only suggested, and what a person does about it. */
async function suggested(shop: Shop, done: keyof typeof byHand): Promise<void> {
  const name = `Broken${number++}`
  await breakIt(shop, name)
  expect((await incidentOf(shop, name))?.phase).toBe('suggested')
  byHand[done](shop)
  await cure(shop, name)
}

/** An incident that is asked about, approved, and verified. */
async function approved(shop: Shop): Promise<void> {
  const name = `Broken${number++}`
  await breakIt(shop, name)
  await answer(shop, 'approve')
  await shop.untilTrue('it is done', async () => (await incidentOf(shop, name))?.phase === 'verifying')
  await cure(shop, name)
}

async function answer(shop: Shop, kind: 'approve' | 'reject'): Promise<void> {
  const open = (await shop.mendkit.approvals.list()).find(({ state }) => state === 'open')
  const { id = '', digest = '' } = open ?? {}
  const { approvals } = shop.mendkit.as(alice)
  await (kind === 'approve' ? approvals.approve(id, { digest }) : approvals.reject(id, { digest, because: 'no' }))
}

/** An incident that is carried out without anybody being asked, and verified. */
async function alone(shop: Shop): Promise<void> {
  const name = `Broken${number++}`
  await breakIt(shop, name)
  expect((await incidentOf(shop, name))?.phase).toBe('verifying')
  await cure(shop, name)
}

async function earnApprove(shop: Shop): Promise<void> {
  for (let each = 0; each < 4; each += 1) await suggested(shop, 'same')
}

async function earnAuto(shop: Shop): Promise<void> {
  await earnApprove(shop)
  for (let each = 0; each < 5; each += 1) await approved(shop)
}

async function planOf(shop: Shop, name: string) {
  const { planId = '' } = (await incidentOf(shop, name)) ?? {}
  return shop.store.get('plan', 'default', planId, ctx)
}

test('after enough suggestions that people carried out in the same way, it asks instead of suggesting, and says why', async () => {
  const shop = opened()
  await earnApprove(shop)
  await breakIt(shop, 'Asked')
  expect((await incidentOf(shop, 'Asked'))?.phase).toBe('awaiting-approval')
  const why = 'shop.set-flag has earned it against rules/bad-flag with 4 of 4 outcomes (lower bound 0.5101, 0.5 needed)'
  const plan = await planOf(shop, 'Asked')
  expect(plan?.decision).toMatchObject({ kind: 'ask', autonomy: 'approve' })
  expect(plan?.decision.voices.at(-1)).toEqual({
    ...{ policy: 'autonomy', kind: 'ask', because: `autonomy is approve here: ${why}` },
  })
  expect(await shop.mendkit.explain(plan?.id ?? '')).toContain('4 of 4 outcomes')
  const story = await shop.mendkit.incidents.timeline((await incidentOf(shop, 'Asked'))?.id ?? '', {
    format: 'markdown',
  })
  expect(story).toContain('4 of 4 outcomes')
})

test('a move stands in the log with its numbers, in the commit of the outcome that made it', async () => {
  const commits: Change[] = []
  const inner = simulatedStore()
  const store: Store = {
    ...inner,
    commit: (change, context) => {
      commits.push(change)
      return inner.commit(change, context)
    },
  }
  const shop = opened({ store })
  await earnApprove(shop)
  expect(await autonomyMoves(shop)).toEqual([
    {
      earned: (await earned(shop))?.id,
      ...{ cause: 'rules/bad-flag', action: 'shop.set-flag', cluster: 'default', namespace: 'shop' },
      ...{ kind: 'same', from: 'suggest', to: 'approve', outcomes: 4, successes: 4, bound: 0.5101, threshold: 0.5 },
    },
  ])
  const moving = commits.find(({ audit }) => audit.some(({ type }) => type === 'autonomy-moved'))
  expect(moving?.audit.map(({ type }) => type)).toEqual(['suggestion-judged', 'autonomy-moved'])
  expect(moving?.put.flatMap((put) => (put.kind === 'document' ? [put.table] : []))).toEqual([
    ...['incident', 'suggestion', 'earned'],
  ])
})

test('other cures and clearing by itself count against it; what nobody could see does not count', async () => {
  const shop = opened()
  await suggested(shop, 'different')
  await suggested(shop, 'nothing')
  for (let each = 0; each < 3; each += 1) await suggested(shop, 'same')
  expect(await earned(shop)).toMatchObject({ level: 'suggest', outcomes: 5, successes: 3 })
  for (let each = 0; each < 5; each += 1) await suggested(shop, 'same')
  expect(await earned(shop)).toMatchObject({ level: 'suggest', outcomes: 10, successes: 8 })
  await suggested(shop, 'same')
  // 9 of 11 have the lower bound 0.52.
  expect(await autonomyMoves(shop)).toMatchObject([{ from: 'suggest', to: 'approve', outcomes: 11, successes: 9 }])
})

test('after enough approved ones were verified it acts by itself, and one bad outcome costs a level each time', async () => {
  const shop = opened()
  await earnAuto(shop)
  await alone(shop)
  const name = `Broken${number - 1}`
  expect((await planOf(shop, name))?.decision).toMatchObject({ kind: 'allow', autonomy: 'auto' })
  expect((await planOf(shop, name))?.decision.voices.at(-1)?.because).toContain('5 of 5 outcomes')
  await breakIt(shop, 'Worse')
  shop.world.health = 0
  await shop.untilTrue('it is undone', async () => (await incidentOf(shop, 'Worse'))?.phase === 'escalated')
  shop.world.health = 1
  await cure(shop, 'Worse')
  expect(await earned(shop)).toMatchObject({ level: 'approve', outcomes: 0, successes: 0 })
  await breakIt(shop, 'Asked')
  expect((await incidentOf(shop, 'Asked'))?.phase).toBe('awaiting-approval')
  await answer(shop, 'reject')
  await shop.untilTrue('it is rejected', async () => (await incidentOf(shop, 'Asked'))?.phase === 'handed-over')
  await cure(shop, 'Asked')
  await suggested(shop, 'same')
  expect((await autonomyMoves(shop)).map(({ from, to, kind }) => [from, to, kind])).toEqual([
    ['suggest', 'approve', 'same'],
    ['approve', 'auto', 'verified'],
    ['auto', 'approve', 'undone'],
    ['approve', 'suggest', 'rejected'],
  ])
  // The cure by hand of what was rejected counted already: it was at suggest by then.
  expect(await earned(shop)).toMatchObject({ level: 'suggest', outcomes: 2 })
})

test('it never rises above its ceiling', async () => {
  const shop = opened({ settings: upTo('approve') })
  await earnAuto(shop)
  await approved(shop)
  expect(await earned(shop)).toMatchObject({ level: 'approve', outcomes: 6 })
  expect(await autonomyMoves(shop)).toHaveLength(1)
})

test('nothing is counted, and nothing rises, where no ceiling is named', async () => {
  const shop = opened({ settings: { autonomy: easy } })
  for (let each = 0; each < 5; each += 1) await suggested(shop, 'same')
  expect(await earned(shop)).toBeUndefined()
})

test('of two scopes the lower counts: an action that is only to suggest earns nothing in a namespace that may', async () => {
  const autonomy = { default: 'suggest', 'action:shop.set-flag': 'suggest' } as const
  const shop = opened({ autonomy })
  for (let each = 0; each < 5; each += 1) await suggested(shop, 'same')
  expect(await earned(shop)).toBeUndefined()
})

test('what is off stays off', async () => {
  const shop = opened({ autonomy: { default: 'off' } })
  await shop.fire()
  await shop.clock.advance(60_000)
  expect(await shop.phase()).toBe('open')
})

/** A shop whose previews say what they are told to. */
function shopShowing(shown: { risk?: 'high'; autonomyLimit?: 'suggest' | 'approve' }) {
  const world = freshWorld()
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, context) => ({
    ...(await whole.preview(input, context)),
    lockKeys: [input.incident.id],
    ...shown,
  })
  return opened({ world, action: { ...whole, preview }, policies: [anything] })
}

const anything = definePolicy({ id: 'anything', decide: () => ({ kind: 'allow', because: 'why not' }) })

test('high risk earns no more than to ask, and the owners of an object still lower what was earned', async () => {
  const shown: { risk?: 'high'; autonomyLimit?: 'suggest' | 'approve' } = {}
  const shop = shopShowing(shown)
  await earnAuto(shop)
  shown.risk = 'high'
  await breakIt(shop, 'High')
  expect((await incidentOf(shop, 'High'))?.phase).toBe('awaiting-approval')
  await cure(shop, 'High')
  Object.assign(shown, { risk: 'low', autonomyLimit: 'approve' })
  await breakIt(shop, 'Owned')
  expect((await incidentOf(shop, 'Owned'))?.phase).toBe('awaiting-approval')
  await cure(shop, 'Owned')
  shown.autonomyLimit = 'suggest'
  await breakIt(shop, 'Owned more')
  expect((await incidentOf(shop, 'Owned more'))?.phase).toBe('suggested')
})
