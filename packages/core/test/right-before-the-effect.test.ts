import { definePolicy, type Lock, type MendkitOptions, type Principal } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const alice: Principal = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
const autonomy = { 'namespace:shop': 'approve' } as const

/** A shop in which something happens inside the last preview, which comes right before the intent. */
async function duringLastPreview(happens: (shop: Shop) => Promise<void>): Promise<Shop> {
  const world = freshWorld()
  const whole = setFlag(world)
  let left = 2
  const preview: typeof whole.preview = async (input, ctx) => {
    left -= 1
    if (left === 0) await happens(shop)
    return whole.preview(input, ctx)
  }
  const shop = openShop({ world, action: { ...whole, preview } })
  await shop.fire()
  await shop.untilTrue('the last preview was made', () => left <= 0)
  await shop.clock.advance(1_000)
  return shop
}

/** The only question, granted by Alice; the incident is held before its effect. */
async function granted(shop: Shop) {
  await shop.fire()
  await shop.until('awaiting-approval')
  const [asked] = await shop.mendkit.approvals.list()
  if (asked === undefined) throw new Error('nothing is asked')
  shop.gate.at = 'remediating'
  await shop.mendkit.approvals.approve(asked.id, { by: alice, digest: asked.digest })
  await shop.until('remediating')
  return asked
}

async function expectAskedAgain(shop: Shop, before: { readonly id: string }): Promise<void> {
  await shop.untilTrue('it is asked again', async () => (await shop.mendkit.approvals.list()).length === 1)
  expect((await shop.mendkit.approvals.list())[0]?.id).not.toBe(before.id)
  expect((await shop.mendkit.approvals.list({ states: ['void'] })).map(({ id }) => id)).toEqual([before.id])
  expect(shop.world.effects).toEqual([])
}

describe('the intent does not become durable', () => {
  test('once the engine was paused inside the last preview; resumed, it goes on', async () => {
    const shop = await duringLastPreview(({ mendkit }) => mendkit.pause())
    await shop.clock.advance(60_000)
    expect(shop.world.effects).toEqual([])
    expect(await shop.mendkit.executions.list()).toEqual([])
    await shop.mendkit.resume()
    await shop.until('verifying')
    expect(shop.world.effects).toHaveLength(1)
    await shop.stop()
  })

  test('once somebody took the incident over inside the last preview', async () => {
    const shop = await duringLastPreview(async (at) => {
      await at.mendkit.as(alice).incidents.takeOver((await at.incident()).id)
    })
    await shop.clock.advance(60_000)
    expect(shop.world.effects).toEqual([])
    expect(await shop.mendkit.executions.list()).toEqual([])
    await shop.stop()
  })

  test('while another plan holds the lock', async () => {
    const shop = openShop({ action: { ...setFlag(freshWorld()), lockKeys: () => ['the-flag'] } })
    const held: Lock = { tenant: 'default', id: 'the-flag', holder: 'pln_other', revision: 0 }
    const put = (row: Lock) =>
      shop.store.commit(
        { tenant: 'default', expect: [], put: [{ kind: 'document', table: 'lock', row }], audit: [] },
        callContext(),
      )
    await shop.clock.advance(1_000)
    await put(held)
    await shop.fire()
    await shop.until('remediating')
    await shop.clock.advance(60_000)
    expect(await shop.mendkit.executions.list()).toEqual([])
    expect(shop.mendkit.metrics()).toContain('mendkit_intents_refused_total{action="shop.set-flag"}')
    await put({ tenant: 'default', id: 'the-flag', revision: 1 })
    await shop.until('verifying')
    await shop.stop()
  })

  test.each([
    ['maxInFlight', 1, 1],
    ['maxReplicasInFlight', 3, 2],
  ] as const)('while it would pass the cap %s of %i', async (cap, most, replicas) => {
    const world = freshWorld()
    world.afterWrite = () => {
      world.flag = { ...world.flag, on: true }
    }
    const own: Partial<ReturnType<typeof setFlag>> = {
      lockKeys: ({ by }) => [JSON.stringify(by)],
      blastRadius: () => ({ resources: [], replicas }),
    }
    const whole = setFlag(world)
    const preview: typeof whole.preview = async (input, ctx) => {
      const shown = await whole.preview(input, ctx)
      return { ...shown, lockKeys: [input.incident.id] }
    }
    const shop = openShop({ world, action: { ...whole, ...own, preview }, settings: { execution: { [cap]: most } } })
    await shop.fire(['CheckoutBroken'])
    await shop.fire(['CartBroken'], { resource: 'cart' })
    const phases = async () => (await shop.mendkit.incidents.list()).map(({ phase }) => phase).sort()
    await shop.untilTrue('one acts', async () => (await phases()).includes('verifying'))
    await shop.clock.advance(60_000)
    expect(await phases()).toEqual(['remediating', 'verifying'])
    expect(world.effects).toHaveLength(1)
    await shop.stop()
  })
})

describe('a granted approval does not count', () => {
  test('when nothing but the policies of the host changed', async () => {
    const allow = definePolicy({ id: 'allow', decide: () => ({ kind: 'allow', because: 'fine' }) })
    const silent = definePolicy({ id: 'silent', decide: () => ({ kind: 'abstain' }) })
    const first = openShop({ autonomy, policies: [allow] })
    const asked = await granted(first)
    await first.stop()
    first.gate.at = undefined
    const { store, clock, world } = first
    const second = openShop({ store, clock, world, autonomy, policies: [allow, silent] })
    await expectAskedAgain(second, asked)
    await second.stop()
  })

  test('once it has expired before it was used', async () => {
    const shop = openShop({ autonomy, settings: { approval: { expiresInMs: 60_000 } } })
    const asked = await granted(shop)
    await shop.clock.advance(60_000)
    shop.gate.at = undefined
    await expectAskedAgain(shop, asked)
    await shop.stop()
  })

  test('once a cited fact no longer holds', async () => {
    const shop = openShop({ autonomy })
    const asked = await granted(shop)
    shop.world.flag = { ...shop.world.flag, on: false }
    shop.gate.at = undefined
    await shop.untilTrue('it left', async () => (await shop.phase()) !== 'remediating')
    expect(await shop.mendkit.approvals.list({ states: ['void'] })).toMatchObject([
      { id: asked.id, voidBecause: 'facts-changed' },
    ])
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })

  test('once a symptom joined that the diagnosis had not seen', async () => {
    const shop = openShop({ autonomy })
    const asked = await granted(shop)
    await shop.fire(['CheckoutDown'])
    await shop.clock.advance(2_000)
    shop.gate.at = undefined
    await shop.untilTrue('it left', async () => (await shop.phase()) !== 'remediating')
    expect(await shop.mendkit.approvals.list({ states: ['void'] })).toMatchObject([
      { id: asked.id, voidBecause: 'facts-changed' },
    ])
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })
})

describe('who asked for the diagnosis', () => {
  test('may reject, but not approve, what came of it; somebody else may', async () => {
    const shop = openShop({ autonomy })
    await shop.fire()
    await shop.until('awaiting-approval')
    const [first] = await shop.mendkit.approvals.list()
    expect(first).not.toHaveProperty('proposedBy')
    const bob = { ...alice, id: 'bob' }
    await shop.mendkit.approvals.reject(first?.id ?? '', { by: bob, digest: first?.digest ?? '', because: 'not this' })
    await shop.until('handed-over')
    await shop.mendkit.as(alice).incidents.diagnose((await shop.incident()).id)
    await shop.until('awaiting-approval')
    const [second] = await shop.mendkit.approvals.list()
    const answer = { digest: second?.digest ?? '' }
    const { approvals } = shop.mendkit
    await expect(approvals.approve(second?.id ?? '', { ...answer, by: alice })).rejects.toMatchObject({
      code: 'forbidden',
    })
    await approvals.approve(second?.id ?? '', { ...answer, by: bob })
    await shop.until('verifying')
    await shop.stop()
  })
})

describe('a budget ends', () => {
  const settings: MendkitOptions['settings'] = { diagnosis: { maxPerIncident: 2, minIntervalMs: 1_000 } }

  test('of diagnoses: the incident is handed over, and no longer looked at for new symptoms', async () => {
    const shop = openShop({ autonomy, settings })
    await shop.fire(['One'])
    await shop.until('awaiting-approval')
    await shop.fire(['Two'])
    await shop.untilTrue('it is diagnosed again', async () => (await shop.incident()).diagnoses === 2)
    await shop.until('awaiting-approval')
    await shop.fire(['Three'])
    await shop.until('handed-over')
    expect(await shop.incident()).toMatchObject({ reason: 'diagnosed-too-often', diagnoses: 2 })
    await shop.stop()
  })

  test('of plans that became void: the same plan is not proposed again', async () => {
    const world = freshWorld()
    world.beforeWrite = () => {
      world.flag = { ...world.flag, uid: `${world.flag.uid}x`, version: world.flag.version + 1 }
    }
    const shop = openShop({ world, settings: { execution: { maxVoids: 2 } } })
    await shop.fire()
    await shop.until('handed-over')
    expect((await shop.incident()).reason).toBe('void-too-often')
    expect(await shop.mendkit.executions.list()).toHaveLength(2)
    expect(world.effects).toEqual([])
    await shop.stop()
  })

  test('of sends under fresh guards: the plan is void', async () => {
    const world = freshWorld()
    let calls = 0
    world.beforeWrite = () => {
      calls += 1
      world.flag = { ...world.flag, version: world.flag.version + 1 }
    }
    const shop = openShop({ world, settings: { execution: { maxSends: 2, maxVoids: 1 } } })
    await shop.fire()
    await shop.until('handed-over')
    expect(calls).toBe(2)
    expect(await shop.mendkit.executions.list()).toMatchObject([{ state: 'no-effect', sends: 2 }])
    await shop.stop()
  })
})

test('an integration whose alerts take long to clear is given the time that it asks for', async () => {
  const shop = openShop({
    settings: { verification: { deadlineMs: 60_000 } },
    integrations: [{ verificationDeadlineMs: async () => 600_000 }],
  })
  await shop.fire()
  await shop.until('verifying')
  const { deadlines, phaseSince } = await shop.incident()
  expect((deadlines.verification ?? 0) - phaseSince).toBe(600_000)
  await shop.stop()
})
