import { definePolicy, type MendkitEvent, message, type Principal } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { missingApprovers } from '../src/engine/decide/quorum.ts'
import { openShop, type Shop } from './support/shop.ts'

const person = (id: string, ...roles: string[]): Principal => ({ id, roles, tenant: 'default', via: 'test' })
const ann = person('ann', 'sre')
const bob = person('bob', 'sre')
const carol = person('carol', 'dba')
const both = person('both', 'sre', 'dba')

type Ask = { readonly approvers?: readonly string[]; readonly quorum?: number }

/** A shop whose policies ask like this, standing before the question. */
async function asking(...asks: readonly Ask[]): Promise<Shop> {
  const policies = asks.map((ask, index) =>
    definePolicy({ id: `ask-${index}`, decide: () => ({ kind: 'ask', because: `rule ${index}`, ...ask }) }),
  )
  const shop = openShop({ policies })
  await shop.fire()
  await shop.until('awaiting-approval')
  return shop
}

async function question(shop: Shop) {
  const [open] = await shop.mendkit.approvals.list()
  if (open === undefined) throw new Error('nothing is asked')
  return open
}

/** Approves as somebody, and gives the engine time to take it. */
async function approve(shop: Shop, by: Principal, because?: string): Promise<void> {
  const { id, digest } = await question(shop)
  await shop.mendkit.approvals.approve(id, { by, digest, ...(because !== undefined && { because }) })
  await shop.clock.advance(3_000)
}

async function events(shop: Shop): Promise<readonly MendkitEvent[]> {
  return (await shop.mendkit.incidents.timeline((await shop.incident()).id)).events
}

describe('two of a group', () => {
  const twoSres = { approvers: ['sre'], quorum: 2 }

  test('must approve: one is kept, told and written down, and changes nothing', async () => {
    const shop = await asking(twoSres)
    expect((await question(shop)).missing).toEqual([{ names: ['sre'], count: 2 }])
    expect(shop.notices.at(-1)?.body).toContain('it needs 2 of sre')
    await approve(shop, ann, 'looks right')
    const open = await question(shop)
    expect(open).toMatchObject({
      answers: [{ kind: 'approve', by: ann }],
      missing: [{ names: ['sre'], count: 1 }],
    })
    expect(shop.world.effects).toEqual([])
    expect(shop.notices).toHaveLength(2)
    expect(shop.notices.at(-1)).toMatchObject({ urgency: 'ask', approvalId: open.id })
    expect(shop.notices.at(-1)?.body).toContain('ann has approved; still missing: 1 of sre')
    const given = (await events(shop)).filter(({ type }) => type === 'approval-given')
    expect(given).toMatchObject([
      {
        actor: { kind: 'principal', id: 'ann' },
        data: { approval: open.id, digest: open.digest, missing: [{ names: ['sre'], count: 1 }] },
        texts: { because: { text: 'looks right' } },
      },
    ])
    const story = await shop.mendkit.incidents.timeline((await shop.incident()).id, { format: 'markdown' })
    expect(story).toMatch(/of 2 of `sre`: approved by `ann` .*saying: looks right; not enough yet/)
    await approve(shop, bob)
    expect(shop.world.effects).toHaveLength(1)
    expect(await shop.mendkit.approvals.get(open.id)).toMatchObject({ state: 'used', missing: [] })
    expect((await events(shop)).filter(({ type }) => type === 'approval-granted')).toHaveLength(1)
    await shop.stop()
  })

  test('are two people: one person that answers twice is refused, at once and in the step', async () => {
    const shop = await asking(twoSres)
    const { id, digest } = await question(shop)
    shop.gate.at = 'awaiting-approval'
    await shop.mendkit.approvals.approve(id, { by: ann, digest })
    await shop.mendkit.approvals.approve(id, { by: { ...ann, via: 'another-way' }, digest })
    shop.gate.at = undefined
    await shop.clock.advance(5_000)
    expect((await question(shop)).answers).toHaveLength(1)
    expect((await events(shop)).filter(({ type }) => type === 'command-refused')).toMatchObject([
      { data: { because: 'already-answered' } },
    ])
    await expect(shop.mendkit.approvals.approve(id, { by: ann, digest })).rejects.toMatchObject({ code: 'conflict' })
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })

  test('whose answers come at the same moment suffice', async () => {
    const shop = await asking(twoSres)
    const { id, digest } = await question(shop)
    await Promise.all([ann, bob].map((by) => shop.mendkit.approvals.approve(id, { by, digest })))
    await shop.until('verifying')
    expect(shop.world.effects).toHaveLength(1)
    await shop.stop()
  })

  test('do not suffice once one of the group rejects, whoever approved before', async () => {
    const shop = await asking(twoSres)
    const { id, digest } = await question(shop)
    await approve(shop, ann)
    await shop.mendkit.approvals.reject(id, { by: ann, digest, because: 'I was wrong' })
    await shop.until('handed-over')
    expect(await shop.mendkit.approvals.get(id)).toMatchObject({
      state: 'rejected',
      answers: [{ kind: 'approve' }, { kind: 'reject', by: ann }],
    })
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })

  test('of whom one answered let the question expire, which calls people and says who is missing', async () => {
    const shop = await asking(twoSres)
    const { id } = await question(shop)
    await approve(shop, ann)
    await shop.until('escalated')
    expect(await shop.mendkit.approvals.get(id)).toMatchObject({ state: 'expired' })
    expect(shop.notices.at(-1)).toMatchObject({ urgency: 'page' })
    expect(shop.notices.at(-1)?.body).toContain('ann has approved; still missing: 1 of sre')
    const story = await shop.mendkit.incidents.timeline((await shop.incident()).id, { format: 'markdown' })
    expect(story).toContain('not enough people approved before')
    expect(shop.world.effects).toEqual([])
    await shop.stop()
  })

  test('are not made up by whoever asked for the diagnosis', async () => {
    const shop = await asking(twoSres)
    const first = await question(shop)
    await shop.mendkit.approvals.reject(first.id, { by: bob, digest: first.digest, because: 'look again' })
    await shop.until('handed-over')
    await shop.mendkit.as(ann).incidents.diagnose((await shop.incident()).id)
    await shop.until('awaiting-approval')
    await expect(approve(shop, ann)).rejects.toMatchObject({ code: 'forbidden' })
    await approve(shop, bob)
    expect((await question(shop)).missing).toEqual([{ names: ['sre'], count: 1 }])
    await shop.stop()
  })
})

describe('several groups', () => {
  test('count a principal for each that it is in', async () => {
    const shop = await asking({ approvers: ['sre'], quorum: 2 }, { approvers: ['dba'] })
    await approve(shop, both)
    expect((await question(shop)).missing).toEqual([{ names: ['sre'], count: 1 }])
    await approve(shop, ann)
    expect(shop.world.effects).toHaveLength(1)
    await shop.stop()
  })

  test('are not satisfied by many of one of them', async () => {
    const shop = await asking({ approvers: ['sre'] }, { approvers: ['dba', 'carol'] })
    await approve(shop, ann)
    await approve(shop, bob)
    expect((await question(shop)).missing).toEqual([{ names: ['carol', 'dba'], count: 1 }])
    await approve(shop, carol)
    expect(shop.world.effects).toHaveLength(1)
    await shop.stop()
  })
})

test('a grant does not count once the policies ask for more people than gave it', async () => {
  let quorum = 1
  const policies = [
    definePolicy({ id: 'night', decide: () => ({ kind: 'ask', because: 'by the hour', approvers: ['sre'], quorum }) }),
  ]
  const shop = openShop({ policies })
  await shop.fire()
  await shop.until('awaiting-approval')
  const first = await question(shop)
  quorum = 2
  await approve(shop, ann)
  await shop.untilTrue('it is asked again', async () => (await question(shop)).id !== first.id)
  expect(await shop.mendkit.approvals.get(first.id)).toMatchObject({
    state: 'void',
    voidBecause: 'policies-stricter',
  })
  expect(shop.world.effects).toEqual([])
  await approve(shop, ann)
  await approve(shop, bob)
  expect(shop.world.effects).toHaveLength(1)
  await shop.stop()
})

test('a row that holds two approvals of one person, however that came to be, counts one', () => {
  const answers = [1, 2].map((at) => ({ kind: 'approve' as const, by: ann, reauthenticated: false, at }))
  const group = { names: [message`sre`], count: 2 }
  expect(missingApprovers([group], answers)).toEqual([{ ...group, count: 1 }])
  const no = { kind: 'reject' as const, by: bob, reauthenticated: false, at: 3 }
  expect(missingApprovers([group], [...answers, no])).toEqual([{ ...group, count: 1 }])
})
