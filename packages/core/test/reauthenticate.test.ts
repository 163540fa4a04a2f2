import { type MendkitOptions, type Principal, type Reauthenticate, silentLogger } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

const ann: Principal = { id: 'ann', roles: ['approver'], tenant: 'default', via: 'oidc' }
const code = '314159'

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
    policies: [{ spec: 1, id: 'ask', decide: () => ({ kind: 'ask', because: 'always' }) }],
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
