import { MendkitError, type Store } from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { hang } from './support/host.ts'
import { freshWorld, openShop, type Shop, setFlag, type World } from './support/shop.ts'

const approver = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }

interface Given {
  readonly level?: 'suggest' | 'approve' | 'auto'
  /** What the preview answers once the incident has cleared. */
  readonly later?: () => unknown
}

/** A shop whose suggestion waits, and how to clear its alerts. */
async function waiting({ level = 'suggest', later }: Given = {}): Promise<{ shop: Shop; world: World }> {
  const world = freshWorld()
  const whole = setFlag(world)
  let cleared = false
  const preview: typeof whole.preview = async (input, ctx) => {
    if (cleared && later !== undefined) return (await later()) as never
    return whole.preview(input, ctx)
  }
  const inner = openShop({ world, action: { ...whole, preview }, autonomy: { 'namespace:shop': level } })
  onTestFinished(() => inner.stop())
  const shop: Shop = {
    ...inner,
    async clear(...args) {
      cleared = true
      await inner.clear(...args)
    },
  }
  await shop.fire()
  await shop.until(level === 'approve' ? 'awaiting-approval' : 'suggested')
  return { shop, world }
}

async function rows({ store }: Pick<Shop, 'store'>) {
  return store.list('suggestion', { tenant: 'default', limit: 100 }, callContext())
}

async function judged(shop: Shop) {
  await shop.clear()
  await shop.untilTrue('the suggestion is judged', async () => (await rows(shop)).length > 0)
  const [row] = await rows(shop)
  return row
}

async function entries(shop: Shop) {
  const records = await shop.mendkit.audit.read({ limit: 1_000 })
  const all = records.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>)
  return all.filter(({ type }) => type === 'suggestion-judged')
}

test('what a person did by hand as it was suggested is the same, with the row and the entry to show it', async () => {
  const { shop, world } = await waiting()
  const suggestedAt = (await shop.incident()).phaseSince
  world.flag = { ...world.flag, on: false, version: 2 }
  const row = await judged(shop)
  const { id, planId = '' } = await shop.incident()
  const plan = await shop.store.get('plan', 'default', planId, callContext())
  expect(row).toMatchObject({
    ...{ id: plan?.actions[0]?.executionId, incidentId: id, planId, verdict: 'same', suggestedAt },
    ...{ cause: 'rules/bad-flag', type: 'shop.set-flag', target: { kind: 'Flag', name: 'checkout' } },
  })
  expect(await shop.incident()).toMatchObject({ phase: 'resolved', reason: 'self-resolved' })
  const [entry] = await entries(shop)
  expect(entry).toMatchObject({
    subject: { kind: 'incident', id },
    data: { plan: planId, execution: row?.id, action: 'shop.set-flag', cause: 'rules/bad-flag', verdict: 'same' },
  })
  expect(entry?.['data']).toMatchObject({ clearedAfterMs: (row?.clearedAt ?? 0) - suggestedAt })
  const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
  expect(story).toContain('was not carried out; when it had cleared, the object was as it would have made it')
})

test('an action that says that the object is already so counts as the same, whatever the states look like', async () => {
  const later = () => ({ before: 1, after: 1, guard: 1, alreadySo: true })
  const { shop } = await waiting({ later })
  expect(await judged(shop)).toMatchObject({ verdict: 'same' })
})

test('another change of what the action reads or writes is a different cure', async () => {
  const later = () => ({ before: { on: true, rate: 5 }, after: { on: false, rate: 5 }, guard: 9 })
  const { shop } = await waiting({ later })
  expect(await judged(shop)).toMatchObject({ verdict: 'different' })
})

test('an object that was made anew is a different cure', async () => {
  const { shop, world } = await waiting()
  world.flag = { ...world.flag, uid: 'flag-2' }
  expect(await judged(shop)).toMatchObject({ verdict: 'different' })
})

test('when nothing was changed, it cleared by itself', async () => {
  const { shop, world } = await waiting()
  world.flag = { ...world.flag, version: 7 }
  expect(await judged(shop)).toMatchObject({ verdict: 'self-cleared' })
})

test.each([
  ['cannot be read', () => Promise.reject(new MendkitError('unavailable', 'away'))],
  ['is answered with nonsense', () => ({ before: 1, after: 2, guard: 1, blastRadius: 'wide' })],
])('when the object %s, nobody knows', async (_, later) => {
  const { shop } = await waiting({ later })
  expect(await judged(shop)).toMatchObject({ verdict: 'unknown' })
})

test('a preview that hangs holds up neither that the incident is resolved nor that it opens again', async () => {
  const { shop } = await waiting({ later: hang })
  await shop.clear()
  await shop.clock.advance(1_000)
  expect(await shop.phase()).toBe('resolved')
  expect(await rows(shop)).toEqual([])
  await shop.fire(undefined, { since: 'now' })
  await shop.untilTrue('it came back', async () => (await shop.incident()).relapses === 1)
  expect(await rows(shop)).toMatchObject([{ verdict: 'unknown' }])
})

test('when the alerts come back before anybody looked, nobody knows what had cured them', async () => {
  const inner = simulatedStore()
  let isHeld = false
  const store: Store = {
    ...inner,
    claim: async (wanted, context) => (isHeld ? [] : inner.claim(wanted, context)),
    nextDueAt: async (context) => (isHeld ? undefined : inner.nextDueAt(context)),
    async commit(change, context) {
      const clears = change.put.some(
        (put) => put.kind === 'document' && put.table === 'incident' && put.row.unjudged !== undefined,
      )
      isHeld ||= clears
      return inner.commit(change, context)
    },
  }
  const shop = openShop({ store, autonomy: { 'namespace:shop': 'suggest' } })
  onTestFinished(() => shop.stop())
  await shop.fire()
  await shop.until('suggested')
  await shop.clear()
  await shop.until('resolved')
  await shop.fire(undefined, { since: 'now' })
  const { tenant, id } = await shop.incident()
  await shop.untilTrue('it fires again', async () => {
    const symptoms = await store.symptoms(tenant, id, callContext())
    return symptoms.some(({ firing }) => firing > 0)
  })
  isHeld = false
  await shop.untilTrue('it came back', async () => (await shop.incident()).relapses === 1)
  expect(await rows(shop)).toMatchObject([{ verdict: 'unknown' }])
})

test.each([
  ['unanswered', async () => undefined],
  [
    'rejected',
    async (shop: Shop) => {
      const [asked] = await shop.mendkit.approvals.list()
      if (asked === undefined) throw new Error('nothing was asked')
      const { id, digest } = asked
      await shop.mendkit.as(approver).approvals.reject(id, { digest, because: 'by hand' })
      await shop.until('handed-over')
    },
  ],
  ['expired', (shop: Shop) => shop.until('escalated')],
])('a plan that was asked about and left %s is judged too', async (_, meanwhile) => {
  const { shop, world } = await waiting({ level: 'approve' })
  await meanwhile(shop)
  world.flag = { ...world.flag, on: false, version: 2 }
  expect(await judged(shop)).toMatchObject({ verdict: 'same' })
})

test('what a person resolved is judged when its alerts have cleared, and not before', async () => {
  const { shop, world } = await waiting()
  const { phaseSince: suggestedAt, id } = await shop.incident()
  await shop.mendkit.incidents.resolve(id)
  await shop.until('resolved')
  await shop.clock.advance(60_000)
  expect(await rows(shop)).toEqual([])
  world.flag = { ...world.flag, on: false, version: 2 }
  const row = await judged(shop)
  expect(row).toMatchObject({ verdict: 'same', suggestedAt })
  expect((row?.clearedAt ?? 0) - suggestedAt).toBeGreaterThanOrEqual(60_000)
  expect(await shop.incident()).toMatchObject({ phase: 'resolved', reason: 'resolved-by-person' })
  expect((await shop.incident()).unjudged).toBeUndefined()
})

test('a question that a person resolved is judged too', async () => {
  const { shop } = await waiting({ level: 'approve' })
  await shop.mendkit.incidents.resolve((await shop.incident()).id)
  await shop.until('resolved')
  expect(await judged(shop)).toMatchObject({ verdict: 'self-cleared' })
})

test('a silence is no recovery: what a person resolved meanwhile counts for nothing', async () => {
  const { shop, world } = await waiting()
  world.flag = { ...world.flag, on: false, version: 2 }
  await shop.fire(['CheckoutBroken'], { status: 'suppressed' })
  await shop.mendkit.incidents.resolve((await shop.incident()).id)
  await shop.until('closed')
  expect(await rows(shop)).toEqual([])
})

test('what fires still when the hold is over was cured by nothing', async () => {
  const { shop } = await waiting()
  await shop.mendkit.incidents.resolve((await shop.incident()).id)
  await shop.untilTrue('it came back', async () => (await shop.incident()).relapses === 1)
  expect((await shop.incident()).unjudged).toBeUndefined()
  expect(await rows(shop)).toEqual([])
})

test('neither what the engine did nor what the policies denied is a suggestion', async () => {
  const done = openShop()
  onTestFinished(() => done.stop())
  await done.fire()
  await done.until('verifying')
  await done.clear()
  await done.until('resolved')
  await done.until('closed')
  expect(await rows(done)).toEqual([])
  const denied = openShop({ policies: [] })
  onTestFinished(() => denied.stop())
  await denied.fire()
  await denied.until('handed-over')
  await denied.clear()
  await denied.until('closed')
  expect(await rows(denied)).toEqual([])
})

test('a host that dies between clearing and judging judges when it is back, once', async () => {
  const given = { world: freshWorld(), clock: virtualClock(), store: simulatedStore() }
  const autonomy = { 'namespace:shop': 'suggest' } as const
  const whole = setFlag(given.world)
  let previews = 0
  const preview: typeof whole.preview = (input, ctx) => (previews++ === 0 ? whole.preview(input, ctx) : hang())
  const first = openShop({ ...given, autonomy, action: { ...whole, preview } })
  await first.fire()
  await first.until('suggested')
  await first.clear()
  await first.until('resolved')
  expect(await rows(first)).toEqual([])
  await first.stop()
  given.world.flag = { ...given.world.flag, on: false, version: 2 }
  const second = openShop({ ...given, autonomy })
  onTestFinished(() => second.stop())
  await second.until('closed')
  expect(await rows(second)).toMatchObject([{ verdict: 'same' }])
  expect(await entries(second)).toHaveLength(1)
})
