import { allowUpTo, definePolicy, defineRule, type Plan, type PlannedAction, type Principal } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { forge } from './support/forge.ts'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'test' }

type Given = NonNullable<Parameters<typeof openShop>[0]>
type Preview = Awaited<ReturnType<ReturnType<typeof setFlag>['preview']>>

/** How one shop differs from the plain one. */
interface Difference {
  readonly uid?: string
  readonly type?: string
  readonly preview?: Partial<Preview>
}

/** A shop in which a preview shows nothing of the parameters, so that each thing can differ alone. */
function shopWith({ uid = 'flag-1', type = 'shop.set-flag', preview: shownToo = {} }: Difference = {}): Given {
  const world = freshWorld()
  world.flag = { ...world.flag, uid }
  const whole = setFlag(world)
  const preview: typeof whole.preview = async (input, ctx) => {
    const shown = await whole.preview({ ...input, params: { on: false } }, ctx)
    return { ...shown, ...shownToo }
  }
  return { world, action: { ...whole, type, preview } }
}

function proposing(type: string, on: boolean): Given['rules'] {
  const match = ({ facts }: Parameters<NonNullable<Given['rules']>[number]['match']>[0]) => ({
    seen: facts,
    cause: 'bad-flag',
    summary: 'x',
    actions: [{ type, params: { on } }],
  })
  return [defineRule({ id: 'proposes', description: 'proposes', match })]
}

const cart = { cluster: 'default', apiVersion: 'shop/v1', kind: 'Flag', namespace: 'shop', name: 'cart', uid: 'flag-1' }

/** Shops that differ from the plain one in one thing that an approval is bound to, each. */
const differing: Readonly<Record<string, () => Given>> = {
  'the UID': () => shopWith({ uid: 'flag-2' }),
  'the object': () => shopWith({ preview: { target: { ...cart, labels: { app: 'checkout' } } } }),
  'the fields that the action reads': () => shopWith({ preview: { approvalFields: { more: 1 } } }),
  'the difference': () => shopWith({ preview: { diff: '- on: true\n+ on: false, and more\n' } }),
  'the parameters': () => ({ ...shopWith(), rules: proposing('shop.set-flag', true) }),
  'the action': () => ({ ...shopWith({ type: 'shop.other' }), rules: proposing('shop.other', false) }),
  'the policies': () => ({
    ...shopWith(),
    policies: [allowUpTo('low'), definePolicy({ id: 'silent', decide: () => ({ kind: 'abstain' }) })],
  }),
}

async function asked(given: Given = shopWith()) {
  const shop = openShop({ autonomy: { 'namespace:shop': 'approve' }, ...given })
  await shop.fire()
  await shop.until('awaiting-approval')
  const [open] = await shop.mendkit.approvals.list()
  if (open === undefined) throw new Error('nothing is asked')
  return { shop, open }
}

/** The digest that people are shown in a shop. */
async function digestIn(given: Given): Promise<string> {
  const { shop, open } = await asked(given)
  await shop.stop()
  return open.digest
}

async function expectNothingHappened(shop: Shop): Promise<void> {
  await shop.clock.advance(10_000)
  expect(shop.world.effects).toEqual([])
}

test('two shops that differ in nothing ask under one digest', async () => {
  expect(await digestIn(shopWith())).toBe(await digestIn(shopWith()))
})

describe.each(Object.entries(differing))(
  'an approval that was given for another world, which differs in %s,',
  (_what, given) => {
    test('is refused while the question is open, at once and in the step', async () => {
      const digest = await digestIn(given())
      const { shop, open } = await asked()
      expect(digest).not.toBe(open.digest)
      await expect(shop.mendkit.approvals.approve(open.id, { by: ann, digest })).rejects.toMatchObject({
        code: 'conflict',
        message: expect.stringContaining('digest'),
      })
      await forge(shop, open.incidentId, { kind: 'approve', reauthenticated: false, approvalId: open.id, digest })
      await expectNothingHappened(shop)
      const { events } = await shop.mendkit.incidents.timeline(open.incidentId)
      const refused = events.filter(({ type }) => type === 'approval-refused' || type === 'command-refused')
      expect(refused).toMatchObject([{ data: { because: 'digest-differs' } }, { data: { because: 'digest-differs' } }])
      expect(await shop.phase()).toBe('awaiting-approval')
      await shop.stop()
    })

    test('is refused once the question has expired', async () => {
      const digest = await digestIn(given())
      const { shop, open } = await asked()
      shop.gate.at = 'awaiting-approval'
      await shop.clock.advance(open.expiresAt - shop.clock.now())
      for (const each of [digest, open.digest]) {
        await expect(shop.mendkit.approvals.approve(open.id, { by: ann, digest: each })).rejects.toMatchObject({
          code: 'conflict',
          message: expect.stringContaining('expired'),
        })
      }
      await forge(shop, open.incidentId, {
        kind: 'approve',
        reauthenticated: false,
        approvalId: open.id,
        digest: open.digest,
      })
      shop.gate.at = undefined
      await shop.until('escalated')
      expect(await shop.mendkit.approvals.get(open.id)).toMatchObject({ state: 'expired', answers: [] })
      await expectNothingHappened(shop)
      await shop.stop()
    })

    test('is refused once the question was answered and used', async () => {
      const digest = await digestIn(given())
      const { shop, open } = await asked()
      await shop.mendkit.approvals.approve(open.id, { by: ann, digest: open.digest })
      await shop.until('verifying')
      for (const each of [digest, open.digest]) {
        for (const by of [ann, { ...ann, id: 'bob' }]) {
          await expect(shop.mendkit.approvals.approve(open.id, { by, digest: each })).rejects.toMatchObject({
            code: 'conflict',
            message: expect.stringContaining('is used'),
          })
          await forge(
            shop,
            open.incidentId,
            { kind: 'approve', reauthenticated: false, approvalId: open.id, digest: each },
            by,
          )
        }
      }
      await shop.clock.advance(10_000)
      expect(shop.world.effects).toHaveLength(1)
      await shop.stop()
    })

    test('is refused to another tenant, as if there were no question', async () => {
      const digest = await digestIn(given())
      const { shop, open } = await asked()
      const stranger = { ...ann, tenant: 'other' }
      for (const each of [digest, open.digest]) {
        for (const attempt of [
          shop.mendkit.as(stranger).approvals.approve(open.id, { digest: each }),
          shop.mendkit.as(stranger).approvals.approve(open.id, { by: ann, digest: each }),
          shop.mendkit.approvals.approve(open.id, { by: stranger, digest: each }),
        ]) {
          await expect(attempt).rejects.toMatchObject({ code: 'not-found' })
        }
        await forge(
          shop,
          open.incidentId,
          { kind: 'approve', reauthenticated: false, approvalId: open.id, digest: each },
          stranger,
        )
      }
      await expectNothingHappened(shop)
      expect(await shop.phase()).toBe('awaiting-approval')
      await shop.stop()
    })
  },
)

/** The parameters of a plan stand in the plan, and so are not of the world. */
const worlds = Object.entries(differing).filter(([what]) => what !== 'the parameters')

test.each(worlds)('a granted approval is void when the world becomes one that differs in %s', async (_what, given) => {
  const { shop, open } = await asked()
  await shop.mendkit.pause()
  await shop.mendkit.approvals.approve(open.id, { by: ann, digest: open.digest })
  await shop.until('remediating')
  await shop.stop()
  const { store, clock } = shop
  const other = given()
  const next = openShop({ store, clock, autonomy: { 'namespace:shop': 'approve' }, ...other })
  await next.mendkit.resume()
  await next.untilTrue('it left', async () => (await next.phase()) !== 'remediating')
  expect(await next.mendkit.approvals.get(open.id)).toMatchObject({ state: 'void' })
  await expectNothingHappened(next)
  await next.stop()
})

/** What could be changed in a stored plan, after people saw it. */
const tampering: Readonly<Record<string, (action: PlannedAction) => Partial<PlannedAction>>> = {
  'another UID': ({ target }) => ({ target: { ...target, uid: 'flag-2' } }),
  'another object': ({ target }) => ({ target: { ...target, name: 'cart' } }),
  'other parameters': () => ({ params: { on: true } }),
  'another action': () => ({ type: 'shop.other' }),
  'other fields': () => ({ fieldsDigest: 'f'.repeat(64) }),
  'another difference': () => ({ diffDigest: 'f'.repeat(64) }),
}

/** A granted approval whose stored plan was changed before the effect. */
async function tamperedWith(change: (action: PlannedAction) => Partial<PlannedAction>, more: Partial<Plan> = {}) {
  const { shop, open } = await asked()
  await shop.mendkit.pause()
  await shop.mendkit.approvals.approve(open.id, { by: ann, digest: open.digest })
  await shop.until('remediating')
  const plan = await shop.store.get('plan', 'default', open.planId, callContext())
  if (plan === undefined) throw new Error('the plan is gone')
  const row: Plan = { ...plan, ...more, actions: plan.actions.map((action) => ({ ...action, ...change(action) })) }
  const put = [{ kind: 'document', table: 'plan', row }] as const
  await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
  await shop.mendkit.resume()
  await shop.untilTrue('it left', async () => (await shop.phase()) !== 'remediating')
  return { shop, open }
}

describe('a stored plan', () => {
  test.each(Object.entries(tampering))(
    'that was given %s after the grant is not carried out',
    async (_what, change) => {
      const { shop, open } = await tamperedWith(change)
      await expectNothingHappened(shop)
      expect(await shop.mendkit.approvals.get(open.id)).toMatchObject({ state: 'void' })
      await shop.stop()
    },
  )

  test('that was given another demand for proof after the grant is not carried out', async () => {
    const { shop, open } = await tamperedWith(() => ({}), { proofNeeded: true })
    await expectNothingHappened(shop)
    expect(await shop.mendkit.approvals.get(open.id)).toMatchObject({ state: 'void' })
    await shop.stop()
  })

  test('is carried out as it was shown, whatever wanted state and guard were written into it', async () => {
    const { shop } = await tamperedWith(() => ({ before: { on: false }, after: { on: true }, guard: 0 }))
    expect(shop.world.effects).toHaveLength(1)
    expect(shop.world.flag.on).toBe(false)
    await shop.stop()
  })
})
