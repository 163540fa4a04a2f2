import {
  allowUpTo,
  createMendkit,
  definePolicy,
  type EarnedAutonomy,
  MendkitError,
  type MendkitOptions,
  memoryStore,
  type Put,
  type Store,
} from '@mendkit/core'
import { callContext, simulatedStore } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { earningPlace } from '../src/engine/earn/place.ts'
import { openHost } from './support/host.ts'
import { autonomyMoves, breakIt, byHand, cure, earned, incidentOf, openManyShop } from './support/many.ts'
import { freshWorld, type Shop, setFlag } from './support/shop.ts'

const ctx = callContext()
const earning = {
  autonomy: {
    earnUpTo: { 'namespace:shop': 'auto' },
    ...{ approveAfter: 4, approveBound: 0.5, autoAfter: 5, autoBound: 0.55 },
  },
} as const

type Given = NonNullable<Parameters<typeof openManyShop>[0]>

function opened(given: Given = {}): Shop {
  const shop = openManyShop({ autonomy: { default: 'suggest' }, settings: earning, ...given })
  onTestFinished(() => shop.stop())
  return shop
}

/** Writes what the flag has earned as another worker would, over what stands there. */
async function write(store: Store, more: Partial<EarnedAutonomy>): Promise<void> {
  const place = earningPlace('rules/bad-flag' as EarnedAutonomy['cause'], 'shop.set-flag', {
    ...{ cluster: 'default', namespace: 'shop' },
  })
  const stored = await store.get('earned', 'default', place.id, ctx)
  const before = stored ?? { tenant: 'default', ...place, level: 'suggest', outcomes: 0, successes: 0, revision: 0 }
  const put: Put = { kind: 'document', table: 'earned', row: { ...before, ...more } }
  const { kind } = await store.commit({ tenant: 'default', expect: [], put: [put], audit: [] }, ctx)
  if (kind === 'conflict') throw new Error('the row moved')
}

/** A store that does something beside every commit that this tells apart; once. */
function beside(
  isIt: (puts: readonly Put[]) => boolean,
  act: (commit: () => Promise<unknown>, store: Store) => unknown,
) {
  const inner = simulatedStore()
  let isOver = false
  const store: Store = {
    ...inner,
    async commit(change, context) {
      if (isOver || !isIt(change.put)) return inner.commit(change, context)
      isOver = true
      await act(() => inner.commit(change, context), inner)
      return inner.commit(change, context)
    },
  }
  return { store, inner }
}

const judges = (puts: readonly Put[]) => puts.some((put) => put.kind === 'document' && put.table === 'suggestion')

test('an outcome that somebody counts at the same time is lost on neither side', async () => {
  const { store } = beside(judges, (_, inner) => write(inner, { outcomes: 2, successes: 2 }))
  const shop = opened({ store })
  await breakIt(shop, 'One')
  byHand.same(shop)
  await cure(shop, 'One')
  expect(await earned(shop)).toMatchObject({ level: 'suggest', outcomes: 3, successes: 3 })
})

test('two workers that both see the last outcome that was missing move the level once', async () => {
  const moved = { level: 'approve', outcomes: 0, successes: 0 } as const
  const { store } = beside(judges, (_, inner) => write(inner, moved))
  const shop = opened({ store })
  await breakIt(shop, 'One')
  await write(shop.store, { outcomes: 3, successes: 3 })
  byHand.same(shop)
  await cure(shop, 'One')
  expect(await earned(shop)).toMatchObject(moved)
  expect(await autonomyMoves(shop)).toEqual([])
})

test('an effect that was refused for good is known to have failed, whoever else counts at the same time', async () => {
  const fails = (puts: readonly Put[]) =>
    puts.some((put) => put.kind === 'document' && put.table === 'execution' && put.row.state === 'failed')
  const { store } = beside(fails, (_, inner) => write(inner, { outcomes: 7, successes: 7 }))
  const world = freshWorld()
  world.beforeWrite = () => {
    throw new MendkitError('rejected', 'the flag may not be set')
  }
  const shop = opened({ store, world })
  await write(shop.store, { level: 'auto' })
  await breakIt(shop, 'One')
  expect(await incidentOf(shop, 'One')).toMatchObject({ phase: 'escalated', reason: 'execution-failed' })
  const executions = await shop.store.list('execution', { tenant: 'default', limit: 10 }, ctx)
  expect(executions.map(({ state }) => state)).toEqual(['failed'])
  expect(await autonomyMoves(shop)).toMatchObject([{ kind: 'failed', from: 'auto', to: 'approve', outcomes: 7 }])
})

test.each(['before', 'after'] as const)(
  'a host whose commit of an outcome dies %s it is durable counts it once',
  async (when) => {
    const { store } = beside(judges, async (commit) => {
      if (when === 'after') await commit()
      throw new MendkitError('unavailable', 'the reply was lost')
    })
    const shop = opened({ store })
    await write(shop.store, { outcomes: 2, successes: 2 })
    await breakIt(shop, 'One')
    byHand.same(shop)
    await cure(shop, 'One')
    const suggestions = await shop.store.list('suggestion', { tenant: 'default', limit: 10 }, ctx)
    expect(suggestions).toHaveLength(1)
    expect((await earned(shop))?.outcomes).toBe(3)
  },
)

/** A shop that has earned auto, and a policy that does something when an effect is judged right before its intent. */
function aboutToAct(meanwhile: (shop: Shop) => unknown) {
  let judged = 0
  const policy = definePolicy({
    id: 'meanwhile',
    decide: async ({ incident }) => {
      judged += incident.phase === 'remediating' ? 1 : 0
      if (judged === 1 && incident.phase === 'remediating') await meanwhile(shop)
      return { kind: 'abstain' }
    },
  })
  const shop = opened({ policies: [policy, allowUpTo('low')] })
  return shop
}

test('a level that is lost while the effect is judged keeps it from beginning, and people are asked', async () => {
  const shop = aboutToAct(({ store }) => write(store, { level: 'approve', outcomes: 0 }))
  await write(shop.store, { level: 'auto' })
  await breakIt(shop, 'One')
  await shop.untilTrue('it is asked', async () => (await incidentOf(shop, 'One'))?.phase === 'awaiting-approval')
  expect(shop.world.effects).toEqual([])
})

test('a level that is lost between the answer and the effect voids the approval', async () => {
  let previews = 0
  const world = freshWorld()
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, context) => {
    previews += 1
    if (previews === 2) await write(shop.store, { level: 'suggest' })
    return whole.preview(input, context)
  }
  const shop: Shop = opened({ world, action: { ...whole, preview } })
  await write(shop.store, { level: 'approve' })
  await breakIt(shop, 'One')
  const [question] = await shop.mendkit.approvals.list()
  const { id = '', digest = '' } = question ?? {}
  const alice = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
  await shop.mendkit.as(alice).approvals.approve(id, { digest })
  await shop.untilTrue('it is only suggested', async () => (await incidentOf(shop, 'One'))?.phase === 'suggested')
  expect(world.effects).toEqual([])
  expect((await shop.store.get('approval', 'default', id, ctx))?.voidBecause).toBe('policies-stricter')
})

test('what was done under a level is taken back also when the level was lost meanwhile', async () => {
  const shop = opened()
  await write(shop.store, { level: 'auto' })
  await breakIt(shop, 'One')
  expect(shop.world.effects).toHaveLength(1)
  await write(shop.store, { level: 'suggest' })
  shop.world.health = 0
  await shop.untilTrue('it is over', async () => (await incidentOf(shop, 'One'))?.phase === 'escalated')
  expect(shop.world.effects).toHaveLength(2)
  expect(await incidentOf(shop, 'One')).toMatchObject({ reason: 'undone' })
})

test('what is earned in one place counts in no other: cause, action, cluster, namespace', () => {
  const [rule, model] = ['rules/bad-flag', 'model/bad-flag'] as unknown as [
    EarnedAutonomy['cause'],
    EarnedAutonomy['cause'],
  ]
  const shop = { cluster: 'prod', namespace: 'shop' }
  const places = [
    earningPlace(rule, 'a', shop),
    earningPlace(model, 'a', shop),
    earningPlace(rule, 'b', shop),
    earningPlace(rule, 'a', { ...shop, cluster: 'staging' }),
    earningPlace(rule, 'a', { ...shop, namespace: 'pay' }),
    earningPlace(rule, 'a', { cluster: 'prod' }),
  ]
  expect(new Set(places.map(({ id }) => id)).size).toBe(places.length)
  expect(earningPlace(rule, 'a', { ...shop })).toEqual(places[0])
})

const people = { spec: 1, id: 'people', send: async () => undefined, reachesPeople: true } as const
const acting: MendkitOptions = { store: simulatedStore(), notifiers: [people], settings: earning }

test.each<[what: string, options: object, path: string]>([
  ['a store that forgets', { ...acting, store: memoryStore() }, 'store'],
  ['no store', { ...acting, store: undefined }, 'store'],
  ['no notifier that reaches people', { ...acting, notifiers: [{ ...people, reachesPeople: false }] }, 'notifiers'],
  [
    'a ceiling for an action that nobody offers',
    { ...acting, settings: { autonomy: { earnUpTo: { 'action:shop.fxi': 'auto' } } } },
    'settings.autonomy.earnUpTo.action:shop.fxi',
  ],
  [
    'a ceiling for everything',
    { ...acting, settings: { autonomy: { earnUpTo: { default: 'approve' } } } },
    'settings.autonomy.earnUpTo.default',
  ],
  [
    'a ceiling that is none',
    { ...acting, settings: { autonomy: { earnUpTo: { 'namespace:shop': 'suggest' } } } },
    'settings.autonomy.earnUpTo.namespace:shop',
  ],
])('autonomy that may be earned is refused with %s', (_, options, path) => {
  expect(() => createMendkit(options)).toThrow(expect.objectContaining({ code: 'config', path }))
})

test('autonomy that may be earned needs credentials to act from the start', async () => {
  const canAct = async () => ({ permitted: false, because: 'read only' }) as const
  const host = await openHost({
    ...{ settings: earning, notifiers: [people], policies: [allowUpTo('low')] },
    integrations: [{ remediators: [{ spec: 1, id: 'shop', actions: [], canAct }] }],
  })
  onTestFinished(() => host.mendkit.close())
  await host.clock.advance(1_000)
  expect(host.ended()).toMatchObject({ code: 'config', path: 'autonomy' })
})
