import { documentTables, MendkitError, type Principal, type Store } from '@mendkit/core'
import { callContext } from '@mendkit/testkit'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openShop, type Shop } from './support/shop.ts'

const person = (id: string, ...roles: string[]): Principal => ({ id, roles, tenant: 'default', via: 'test' })
const [anna, ben] = [person('anna', 'approver'), person('ben', 'approver')]
const officer = person('olga', 'privacy-officer')
const ctx = callContext()
const because = 'request 17'

/** A shop whose only incident was noted on, rejected and closed, with words of two people in it. */
async function closedShop(): Promise<{ readonly shop: Shop; readonly id: string }> {
  const shop = openShop({ autonomy: { 'namespace:shop': 'approve' } })
  onTestFinished(() => shop.stop())
  await shop.mendkit.ingest({
    source: 'am',
    complete: false,
    asOf: shop.openedAt,
    alerts: [{ labels: { alertname: 'CheckoutBroken' }, annotations: { summary: 'customer Zoe cannot pay' } }],
  })
  await shop.until('awaiting-approval')
  const { id } = await shop.incident()
  await shop.mendkit.as(anna).incidents.note(id, 'Zoe called me twice')
  await shop.mendkit.as(ben).incidents.note(id, 'nothing to add from my side')
  const [approval] = await shop.mendkit.approvals.list({ states: ['open'] })
  if (approval === undefined) throw new Error('nothing was asked')
  await shop.mendkit.as(anna).approvals.reject(approval.id, { digest: approval.digest, because: 'Zoe says wait' })
  await shop.until('handed-over')
  await shop.mendkit.as(ben).incidents.close(id, { because: 'settled by phone' })
  await shop.until('closed')
  await shop.untilTrue('nobody waits for a notice', async () => {
    const waiting = await shop.store.list('notice', { tenant: 'default', states: ['pending'], limit: 10 }, ctx)
    return waiting.length === 0
  })
  return { shop, id }
}

/** Everything that a store holds of the tenant, as one text. */
async function everything(store: Store, mendkit: Shop['mendkit']): Promise<string> {
  const tables = documentTables.map((table) => store.list(table, { tenant: 'default', limit: 1_000 }, ctx))
  const documents = await Promise.all<readonly object[]>(tables)
  const incidents = await mendkit.incidents.list()
  const members = await Promise.all(
    incidents.map(({ id }) => store.members({ tenant: 'default', incidentId: id, limit: 100 }, ctx)),
  )
  const log = (await mendkit.audit.read({ limit: 1_000 })).map(({ bytes }) => Buffer.from(bytes).toString())
  const digests = [...new Set(JSON.stringify([documents, log]).match(/[0-9a-f]{64}/g))]
  const blobs = await store.blobs('default', digests.slice(0, 1_000), ctx)
  return JSON.stringify([documents, members, log, blobs])
}

async function types(shop: Shop): Promise<readonly string[]> {
  return (await shop.mendkit.audit.read({ limit: 1_000 })).map(
    ({ bytes }) => (JSON.parse(Buffer.from(bytes).toString()) as { type: string }).type,
  )
}

const sentences = [
  ...['Zoe called me twice', 'nothing to add', 'Zoe says wait', 'settled by phone', 'Zoe cannot pay'],
  ...['the flag is on', 'broke the shop', '- on: true', 'What to do', 'every policy'],
]

describe('the texts of a closed incident', () => {
  test('are gone from everything that the store holds, and the log still verifies and tells why', async () => {
    const { shop, id } = await closedShop()
    const before = await everything(shop.store, shop.mendkit)
    const held = sentences.filter((sentence) => before.includes(sentence))
    expect(held).toEqual(expect.arrayContaining(sentences.slice(0, 9)))
    const erased = await shop.mendkit.as(officer).audit.erase({ incident: id, because })
    expect(erased.texts).toBeGreaterThan(6)
    expect(erased.rows).toBeGreaterThan(2)
    const after = await everything(shop.store, shop.mendkit)
    expect(sentences.filter((sentence) => after.includes(sentence))).toEqual([])
    expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true, findings: [] })
    const again = await shop.mendkit.as(officer).audit.erase({ incident: id, because: 'to be sure' })
    // The reasons of the erasures before belong to the incident as well.
    expect(again).toMatchObject({ texts: 1, rows: 0 })
    expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true, findings: [] })
  })

  test('are told as erased by the timeline and by watch, which go on working', async () => {
    const { shop, id } = await closedShop()
    await shop.mendkit.as(officer).audit.erase({ incident: id, because })
    const story = await shop.mendkit.incidents.timeline(id, { format: 'markdown' })
    expect(story).toContain('erased')
    expect(story).not.toContain('Zoe')
    expect(JSON.stringify(await shop.mendkit.incidents.timeline(id))).not.toContain('Zoe')
    const texts = []
    const { size } = await shop.store.auditHead('default', ctx)
    for await (const event of shop.mendkit.watch({ after: -1 })) {
      if (event.type === 'command-given') texts.push(...Object.values(event.texts))
      if (event.seq === size - 1) break
    }
    expect(texts.length).toBeGreaterThan(3)
    expect(new Set(texts.map((text) => JSON.stringify(text)))).toEqual(new Set(['{"erased":true}']))
  })

  test('are only counted by a dry run, which writes nothing and counts what an erasure then erases', async () => {
    const { shop, id } = await closedShop()
    const before = await everything(shop.store, shop.mendkit)
    const counted = await shop.mendkit.as(officer).audit.erase({ incident: id, because, dryRun: true })
    expect(await everything(shop.store, shop.mendkit)).toBe(before)
    expect(await shop.mendkit.as(officer).audit.erase({ incident: id, because })).toEqual(counted)
  })
})

describe('an erasure is refused, recorded, and erases nothing', () => {
  test('for whoever has not the role', async () => {
    const { shop, id } = await closedShop()
    const erasing = shop.mendkit.as(anna).audit.erase({ incident: id, because })
    await expect(erasing).rejects.toMatchObject({ code: 'forbidden', message: expect.stringContaining('anna') })
    expect((await types(shop)).at(-1)).toBe('erasure-refused')
    expect(await everything(shop.store, shop.mendkit)).toContain('Zoe called me twice')
  })

  test('while the incident is open, and for whoever is mentioned in an open one', async () => {
    const shop = openShop({ autonomy: { default: 'suggest' } })
    onTestFinished(() => shop.stop())
    await shop.fire()
    await shop.until('suggested')
    const { id } = await shop.incident()
    await shop.mendkit.as(anna).incidents.note(id, 'Zoe called')
    for (const selector of [{ incident: id }, { principal: 'anna' }, { mentions: 'ZOE' }]) {
      const erasing = shop.mendkit.as(officer).audit.erase({ ...selector, because })
      await expect(erasing).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(id) })
    }
    expect((await types(shop)).filter((type) => type === 'erasure-refused')).toHaveLength(3)
    expect(await everything(shop.store, shop.mendkit)).toContain('Zoe called')
  })

  test('while a notice that would be blank is still to be delivered', async () => {
    const { shop, id } = await closedShop()
    const [notice] = await shop.store.list('notice', { tenant: 'default', limit: 1 }, ctx)
    if (notice === undefined) throw new Error('there is no notice')
    const row = { ...notice, state: 'pending', nextAttemptAt: Number.MAX_SAFE_INTEGER } as const
    const put = [{ kind: 'document', table: 'notice', row }] as const
    await shop.store.commit({ tenant: 'default', expect: [], put, audit: [] }, ctx)
    const erasing = shop.mendkit.as(officer).audit.erase({ incident: id, because })
    await expect(erasing).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining('notice') })
    expect(await everything(shop.store, shop.mendkit)).toContain('Zoe called me twice')
  })

  test('for an incident that there is not, and for a selector that is none', async () => {
    const { shop } = await closedShop()
    const face = shop.mendkit.as(officer).audit
    await expect(face.erase({ incident: 'inc_none', because })).rejects.toMatchObject({ code: 'not-found' })
    for (const wrong of [{ because }, { mentions: 'Zo', because }, { incident: 'a', principal: 'b', because }, {}]) {
      await expect(face.erase(wrong as never)).rejects.toThrow(MendkitError)
      await expect(face.erase(wrong as never)).rejects.toMatchObject({ code: 'invalid' })
    }
  })
})

test('what one person said is erased, and what others said stays', async () => {
  const { shop, id } = await closedShop()
  await shop.mendkit.as(ben).incidents.note(id, 'later words')
  const change = {
    kind: 'deploy',
    labels: { alertname: 'CheckoutBroken' },
    by: 'anna',
    url: 'https://ci.example/anna/7',
  }
  await shop.mendkit.recordChange(change)
  const erased = await shop.mendkit.as(officer).audit.erase({ principal: 'anna', because })
  expect(erased).toMatchObject({ texts: 2, rows: 1 })
  const after = await everything(shop.store, shop.mendkit)
  for (const gone of ['Zoe called me twice', 'Zoe says wait', 'ci.example']) expect(after).not.toContain(gone)
  for (const stays of ['nothing to add', 'settled by phone', 'later words', 'Zoe cannot pay']) {
    expect(after).toContain(stays)
  }
  expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
})

test('whoever is mentioned is forgotten in every text, and the search leaves no trace of the name', async () => {
  const { shop } = await closedShop()
  const erased = await shop.mendkit.as(officer).audit.erase({ mentions: 'zoe', because: 'as Zoe asked' })
  expect(erased).toMatchObject({ texts: 3, rows: 1 })
  const after = await everything(shop.store, shop.mendkit)
  expect(after).toContain('nothing to add')
  expect(after.replace('as Zoe asked', '')).not.toContain('Zoe')
  const [entry] = (await shop.mendkit.audit.read({ limit: 1_000 }))
    .map(({ bytes }) => Buffer.from(bytes).toString())
    .filter((text) => text.includes('blobs-erased'))
  expect(entry).not.toMatch(/zoe/i)
  expect(await shop.mendkit.audit.verify()).toMatchObject({ verified: true })
})

test('an erasure that found nothing is in the log', async () => {
  const { shop } = await closedShop()
  expect(await shop.mendkit.as(officer).audit.erase({ mentions: 'nobody of this name', because })).toEqual({
    texts: 0,
    rows: 0,
    notClosed: [],
    noticePending: false,
  })
  expect((await types(shop)).at(-1)).toBe('blobs-erased')
})

test('a row that somebody changes meanwhile is read again, and its text is erased', async () => {
  const { shop, id } = await closedShop()
  const commit = shop.store.commit.bind(shop.store)
  let raced = false
  // The rows of notices come late in an erasure: between its reading and its writing one of them gets a new revision.
  shop.store.commit = async (change, within) => {
    const [notice] = change.put.flatMap((put) => (put.kind === 'document' && put.table === 'notice' ? [put.row] : []))
    if (notice !== undefined && !raced && change.audit[0]?.type === 'blobs-erased') {
      raced = true
      const now = await shop.store.get('notice', 'default', notice.id, within)
      if (now !== undefined) {
        const put = [{ kind: 'document', table: 'notice', row: now }] as const
        await commit({ tenant: 'default', expect: [], put, audit: [] }, within)
      }
    }
    return commit(change, within)
  }
  await shop.mendkit.as(officer).audit.erase({ incident: id, because })
  expect(raced).toBe(true)
  const after = await everything(shop.store, shop.mendkit)
  expect(sentences.filter((sentence) => after.includes(sentence))).toEqual([])
})

describe('what an alert said that is history by now', () => {
  test.each([{ incident: true }, { mentions: 'zoe' }])('is gone with an erasure of %j', async (wanted) => {
    const { shop, id } = await closedShop()
    const endsAt = new Date(shop.clock.now()).toISOString()
    const over = {
      labels: { alertname: 'CheckoutBroken' },
      status: 'resolved',
      startsAt: shop.openedAt,
      endsAt,
    } as const
    await shop.mendkit.ingest({ source: 'am', complete: false, asOf: endsAt, alerts: [over] })
    shop.clock.jump(8 * 86_400_000)
    await shop.clock.advance(301_000)
    const said = async () => JSON.stringify((await shop.mendkit.history.alerts()).rows)
    expect(await shop.store.history({ tenant: 'default', of: 'alerts', limit: 10 }, ctx)).toHaveLength(1)
    expect(await said()).toContain('customer Zoe cannot pay')
    const selector = 'mentions' in wanted ? { mentions: 'zoe' } : { incident: id }
    const erased = await shop.mendkit.as(officer).audit.erase({ ...selector, because: 'request 18' })
    expect(erased.rows).toBeGreaterThan(0)
    expect(await said()).not.toContain('Zoe')
    expect(await said()).toContain('CheckoutBroken')
  })
})
