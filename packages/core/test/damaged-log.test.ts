import { redact, type Store } from '@mendkit/core'
import { simulatedStore } from '@mendkit/testkit'
import { describe, expect, test } from 'vitest'
import { openShop, type Shop } from './support/shop.ts'

const lie = 'nothing to see here'

/** A store whose rows are changed behind its back. */
function tampered() {
  const store = simulatedStore()
  const damage: { seq?: number; texts?: boolean } = {}
  const seen: Store = {
    ...store,
    readAudit: async (query, ctx) =>
      (await store.readAudit(query, ctx)).map((record) =>
        record.seq === damage.seq ? { ...record, bytes: new TextEncoder().encode('{') } : record,
      ),
    blobs: async (tenant, digests, ctx) =>
      (await store.blobs(tenant, digests, ctx)).map((blob) =>
        damage.texts === true ? { ...blob, text: redact(lie) } : blob,
      ),
  }
  return { store: seen, damage }
}

async function asked(store: Store): Promise<Shop> {
  const shop = openShop({ store, autonomy: { 'namespace:shop': 'approve' } })
  await shop.fire()
  await shop.until('awaiting-approval')
  return shop
}

describe('a damaged entry', () => {
  const says = /entry 3 of the audit log of tenant default is damaged: .*run audit\.verify\(\)/

  test('ends the timeline with its log, its place and what to do', async () => {
    const { store, damage } = tampered()
    const shop = await asked(store)
    const { id } = await shop.incident()
    damage.seq = 3
    const failure = { code: 'corrupt', message: expect.stringMatching(says) }
    await expect(shop.mendkit.incidents.timeline(id)).rejects.toMatchObject(failure)
    expect(await shop.mendkit.audit.verify()).toMatchObject({
      verified: false,
      findings: [{ seq: 3, kind: 'unreadable' }, { seq: 3 }],
    })
    await shop.stop()
  })

  test('ends the live feed likewise', async () => {
    const { store, damage } = tampered()
    const shop = await asked(store)
    damage.seq = 3
    const events = shop.mendkit.watch({ after: -1 })[Symbol.asyncIterator]()
    await expect(events.next()).rejects.toMatchObject({ code: 'corrupt', message: expect.stringMatching(says) })
    await shop.stop()
  })
})

describe('a text that is not what the log names any more', () => {
  test('is marked in the timeline, as data and as Markdown, and not shown', async () => {
    const { store, damage } = tampered()
    const shop = await asked(store)
    const { id } = await shop.incident()
    damage.texts = true
    const told = await shop.mendkit.incidents.timeline(id)
    expect(told.diagnoses[0]?.hypotheses[0]?.summary).toEqual({ altered: true })
    expect(told.plans[0]?.actions[0]?.diff).toEqual({ altered: true })
    expect(told.events.flatMap(({ texts }) => Object.values(texts))).toContainEqual({ altered: true })
    const markdown = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
    expect(markdown).toContain('this text was altered in the store')
    expect(markdown).not.toContain(lie)
    await shop.stop()
  })

  test('is no difference that a person approves unawares', async () => {
    const { store, damage } = tampered()
    const shop = await asked(store)
    expect((await shop.mendkit.approvals.list())[0]?.diffs).toEqual(['- on: true\n+ on: false\n'])
    damage.texts = true
    const [question] = await shop.mendkit.approvals.list()
    expect(question?.diffs).toEqual([expect.stringContaining('was altered in the store')])
    const by = { id: 'alice', roles: ['approver'], tenant: 'default', via: 'test' }
    const digest = question?.digest ?? ''
    const refusal = { code: 'corrupt', message: expect.stringContaining('reject it, and run audit.verify()') }
    await expect(shop.mendkit.approvals.approve(question?.id ?? '', { by, digest })).rejects.toMatchObject(refusal)
    await shop.mendkit.approvals.reject(question?.id ?? '', { by, digest, because: 'somebody wrote into the store' })
    await shop.until('handed-over')
    expect(shop.world.effects).toHaveLength(0)
    await shop.stop()
  })
})
