import {
  createMendkit,
  type MendkitOptions,
  type Policy,
  type Principal,
  type Reauthenticate,
  silentLogger,
} from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { forge } from './support/forge.ts'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'oidc' }
const code = '314159'
const asksAlways: Policy = { spec: 1, id: 'ask', decide: () => ({ kind: 'ask', because: 'always' }) }

async function asking(
  reauthenticate: Reauthenticate | undefined,
  more: Parameters<typeof openShop>[0] & { readonly risk?: 'low' | 'high' } = {},
) {
  const world = freshWorld()
  const { risk = 'high', ...given } = more
  const settings: MendkitOptions['settings'] = reauthenticate && { reauthenticate }
  const shop = openShop({
    world,
    action: { ...setFlag(world), risk },
    autonomy: { 'namespace:shop': 'approve' },
    policies: [asksAlways],
    ...(settings && { settings }),
    ...given,
  })
  await shop.fire()
  await shop.until('awaiting-approval')
  const [open] = await shop.mendkit.approvals.list()
  if (open === undefined) throw new Error('nothing is asked')
  return { shop, open, answer: { by: ann, digest: open.digest } }
}

async function refusals(shop: Shop) {
  const { events } = await shop.mendkit.incidents.timeline((await shop.incident()).id)
  return events.filter(({ type }) => type === 'approval-refused')
}

async function bytesOfTheLog(shop: Shop): Promise<string> {
  const records = await shop.mendkit.audit.read({ limit: 1_000 })
  return records.map(({ bytes }) => new TextDecoder().decode(bytes)).join('\n')
}

describe('an approval of high risk', () => {
  test('counts once the host confirms who it is, and is told all that it needs for that', async () => {
    const asked: unknown[] = []
    const { shop, open, answer } = await asking((question) => {
      asked.push(question)
      return question.proof === code
    })
    expect(open).toMatchObject({ risk: 'high', proofNeeded: true })
    await shop.mendkit.approvals.approve(open.id, { ...answer, proof: code })
    expect(asked).toEqual([{ by: ann, approval: open.id, risk: 'high', proof: code }])
    await shop.until('verifying')
    expect(await bytesOfTheLog(shop)).not.toContain(code)
    const { events } = await shop.mendkit.incidents.timeline(open.incidentId)
    expect(events.filter(({ type }) => type === 'approval-requested' || type === 'approval-granted')).toMatchObject([
      { data: { proofNeeded: true } },
      { data: { reauthenticated: true } },
    ])
    await shop.stop()
  })

  test.each<[string, Reauthenticate]>([
    ['says no', () => false],
    ['says something else that reads like yes', () => 'yes' as unknown as boolean],
    ['says nothing', () => undefined as unknown as boolean],
    ['throws what it was given', ({ proof }) => Promise.reject(new Error(`bad code ${proof}`))],
  ])('is refused and written down when the host %s', async (_what, reauthenticate) => {
    const logged: string[] = []
    const log = { ...silentLogger, error: (text: string) => void logged.push(text) }
    const { shop, open, answer } = await asking(reauthenticate, { log })
    await expect(shop.mendkit.approvals.approve(open.id, { ...answer, proof: code })).rejects.toMatchObject({
      code: 'forbidden',
      message: expect.not.stringContaining(code),
    })
    await shop.clock.advance(10_000)
    expect(await shop.phase()).toBe('awaiting-approval')
    expect(await refusals(shop)).toMatchObject([
      {
        actor: { kind: 'principal', id: 'ann', via: 'oidc' },
        data: { approval: open.id, kind: 'approve', because: 'not-reauthenticated' },
      },
    ])
    expect(`${logged.join()}${await bytesOfTheLog(shop)}`).not.toContain(code)
    await shop.stop()
  })

  test('is refused when the host does not answer in time', async () => {
    const { shop, open, answer } = await asking(() => new Promise(() => undefined))
    const refused = expect(shop.mendkit.approvals.approve(open.id, answer)).rejects.toMatchObject({ code: 'forbidden' })
    await shop.clock.advance(30_000)
    await refused
    await shop.stop()
  })

  test('can be rejected without proof', async () => {
    const { shop, open, answer } = await asking(() => false)
    await shop.mendkit.approvals.reject(open.id, { ...answer, because: 'not today' })
    await shop.until('handed-over')
    await shop.stop()
  })

  test('is as good as any other where the host asks nobody', async () => {
    const { shop, open, answer } = await asking(undefined)
    expect(open.proofNeeded).toBe(false)
    await shop.mendkit.approvals.approve(open.id, answer)
    await shop.until('verifying')
    await shop.stop()
  })
})

/** Another host on the same store, with or without the hook, as the command line is one. */
function another({ store, clock, world }: Shop, reauthenticate?: Reauthenticate): Shop {
  return openShop({
    store,
    clock,
    world,
    action: { ...setFlag(world), risk: 'high' },
    autonomy: { 'namespace:shop': 'approve' },
    policies: [asksAlways],
    ...(reauthenticate && { settings: { reauthenticate } }),
  })
}

describe('an approval that was asked with a demand for proof', () => {
  const withCode: Reauthenticate = ({ proof }) => proof === code

  test('is not given through a process that cannot check one, which says where to give it', async () => {
    const { shop, open, answer } = await asking(withCode)
    const store = shop.store
    const other = createMendkit({ store, system: { clock: shop.clock, log: silentLogger } })
    expect(await other.approvals.get(open.id)).toMatchObject({ proofNeeded: true })
    for (const given of [answer, { ...answer, proof: code }]) {
      await expect(other.approvals.approve(open.id, given)).rejects.toMatchObject({
        code: 'forbidden',
        message: expect.stringMatching(/needs proof.*approval page of the host/),
      })
    }
    expect(await refusals(shop)).toMatchObject(Array(2).fill({ data: { because: 'not-reauthenticated' } }))
    await shop.clock.advance(5_000)
    expect(await shop.phase()).toBe('awaiting-approval')
    await other.approvals.reject(open.id, { ...answer, because: 'no proof at hand' })
    await shop.until('handed-over')
    await shop.stop()
  })

  test('is not granted by an answer without proof that got into the store, by whatever way', async () => {
    const { shop, open, answer } = await asking(withCode)
    const body = { kind: 'approve', approvalId: open.id, digest: open.digest, reauthenticated: false } as const
    await forge(shop, open.incidentId, body)
    await shop.clock.advance(5_000)
    expect(await shop.mendkit.approvals.get(open.id)).toMatchObject({ state: 'open', answers: [] })
    const { events } = await shop.mendkit.incidents.timeline(open.incidentId)
    expect(events.filter(({ type }) => type === 'command-refused')).toMatchObject([
      { data: { because: 'not-reauthenticated' } },
    ])
    await shop.mendkit.approvals.approve(open.id, { ...answer, proof: code })
    await shop.until('verifying')
    await shop.stop()
  })

  test('demands it still when a host without the hook takes over', async () => {
    const { shop, open, answer } = await asking(withCode)
    await shop.stop()
    const next = another(shop)
    await expect(next.mendkit.approvals.approve(open.id, { ...answer, proof: code })).rejects.toMatchObject({
      code: 'forbidden',
    })
    const body = { kind: 'approve', approvalId: open.id, digest: open.digest, reauthenticated: false } as const
    await forge(next, open.incidentId, body)
    await next.clock.advance(5_000)
    expect(await next.mendkit.approvals.get(open.id)).toMatchObject({ state: 'open', answers: [], proofNeeded: true })
    await next.stop()
  })

  test('demands it still when the stored approval says otherwise', async () => {
    const { shop, open } = await asking(withCode)
    await shop.stop()
    const next = another(shop)
    const stored = await next.store.get('approval', 'default', open.id, callContext())
    if (stored === undefined) throw new Error('the approval is gone')
    const row = { ...stored, proofNeeded: false }
    await next.store.commit(
      { tenant: 'default', expect: [], put: [{ kind: 'document', table: 'approval', row }], audit: [] },
      callContext(),
    )
    const body = { kind: 'approve', approvalId: open.id, digest: open.digest, reauthenticated: false } as const
    await forge(next, open.incidentId, body)
    await next.clock.advance(5_000)
    expect(await next.phase()).toBe('awaiting-approval')
    expect(next.world.effects).toEqual([])
    await next.stop()
  })

  test('is void when the stored plan says otherwise too, for the digest says what was asked', async () => {
    const { shop, open } = await asking(withCode)
    await shop.stop()
    const next = another(shop)
    const [approval, plan] = [
      await next.store.get('approval', 'default', open.id, callContext()),
      await next.store.get('plan', 'default', open.planId, callContext()),
    ]
    if (approval === undefined || plan === undefined) throw new Error('the question is gone')
    const put = [
      { kind: 'document', table: 'approval', row: { ...approval, proofNeeded: false } },
      { kind: 'document', table: 'plan', row: { ...plan, proofNeeded: false } },
    ] as const
    await next.store.commit({ tenant: 'default', expect: [], put, audit: [] }, callContext())
    const body = { kind: 'approve', approvalId: open.id, digest: open.digest, reauthenticated: false } as const
    await forge(next, open.incidentId, body)
    await next.untilTrue('it is void', async () => (await next.mendkit.approvals.get(open.id))?.state === 'void')
    expect(next.world.effects).toEqual([])
    await next.stop()
  })
})

test('what was granted without proof is asked anew when the host demands one before the effect', async () => {
  const { shop, open, answer } = await asking(undefined)
  await shop.mendkit.pause()
  await shop.mendkit.approvals.approve(open.id, answer)
  await shop.until('remediating')
  await shop.stop()
  const next = another(shop, ({ proof }) => proof === code)
  await next.mendkit.resume()
  await next.until('awaiting-approval')
  expect(await next.mendkit.approvals.get(open.id)).toMatchObject({ state: 'void', voidBecause: 'policies-stricter' })
  expect(next.world.effects).toEqual([])
  expect(await next.mendkit.approvals.list()).toMatchObject([{ proofNeeded: true }])
  await next.stop()
})

test('nobody is asked for proof of a plan of low risk, nor whoever may not answer at all', async () => {
  let asked = 0
  const reauthenticate = () => {
    asked += 1
    return false
  }
  const low = await asking(reauthenticate, { risk: 'low' })
  expect(low.open).toMatchObject({ risk: 'low', proofNeeded: false })
  await low.shop.mendkit.approvals.approve(low.open.id, low.answer)
  await low.shop.until('verifying')
  await low.shop.stop()
  const high = await asking(reauthenticate)
  const eve = { ...ann, id: 'eve', roles: [] }
  await expect(high.shop.mendkit.approvals.approve(high.open.id, { ...high.answer, by: eve })).rejects.toMatchObject({
    code: 'forbidden',
  })
  expect(asked).toBe(0)
  await high.shop.stop()
})

test('a rejection needs words', async () => {
  const { shop, open, answer } = await asking(undefined)
  for (const because of ['', ' \n', undefined]) {
    await expect(
      shop.mendkit.approvals.reject(open.id, { ...answer, because: because as string }),
    ).rejects.toMatchObject({ code: 'invalid', path: 'because' })
  }
  await shop.clock.advance(5_000)
  expect(await shop.phase()).toBe('awaiting-approval')
  await shop.stop()
})

test('a setting that is no function is refused at once', () => {
  const settings = { reauthenticate: 'always' as unknown as Reauthenticate }
  expect(() => openShop({ settings })).toThrow(
    expect.objectContaining({ code: 'config', path: 'settings.reauthenticate' }),
  )
})
