import { MendkitError, memoryStore, type Store } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { asksOnly, countingModel, replies } from './support/asking.ts'
import { openShop } from './support/shop.ts'

const refusal = new MendkitError('invalid', 'the change was refused: a row is not what it must be')

/** A store that refuses every diagnosis. */
function refusing(): Store {
  const store = memoryStore()
  return {
    ...store,
    async commit(change, ctx) {
      if (change.put.some((put) => put.kind === 'document' && put.table === 'diagnosis')) throw refusal
      return store.commit(change, ctx)
    },
  }
}

describe('a step whose change the store refuses', () => {
  test('is tried three times, and then a person has the incident; the diagnosis is not begun again at once', async () => {
    const model = countingModel(async () => replies({ inputTokens: 10, outputTokens: 1 }))
    const shop = openShop({ store: refusing(), autonomy: { default: 'suggest' }, analyzers: [asksOnly(model)] })
    await shop.fire()
    await shop.until('escalated')
    expect((await shop.moves()).at(-1)).toMatchObject({ to: 'escalated', reason: 'step-failed' })
    await shop.clock.advance(60_000)
    expect([model.asked.length, await shop.phase()]).toEqual([3, 'escalated'])
    await shop.stop()
  })

  test('has the incident diagnosed no more often than any other, however long it fires', async () => {
    const model = countingModel(async () => replies({ inputTokens: 10, outputTokens: 1 }))
    const shop = openShop({
      store: refusing(),
      autonomy: { default: 'suggest' },
      analyzers: [asksOnly(model)],
      settings: { diagnosis: { maxPerIncident: 2, minIntervalMs: 30_000 } },
    })
    await shop.fire()
    await shop.untilTrue(
      'it was tried twice',
      async () => (await shop.incident().catch(() => undefined))?.diagnoses === 2,
    )
    await shop.until('escalated')
    await shop.clock.advance(600_000)
    const moves = (await shop.moves()).filter(({ to }) => to === 'diagnosing')
    expect([moves.length, model.asked.length, await shop.phase()]).toEqual([2, 6, 'escalated'])
    await shop.stop()
  })

  test('for a clock of fractions leaves the incident where it is, calls a person, and asks no model again', async () => {
    const model = countingModel(async () => {
      await shop.clock.advance(0.5)
      return replies({ inputTokens: 10, outputTokens: 1 })
    })
    const shop = openShop({ autonomy: { default: 'suggest' }, analyzers: [asksOnly(model)] })
    await shop.fire()
    await shop.untilTrue('a person was called', () => shop.notices.length > 0)
    await shop.clock.advance(600_000)
    expect([model.asked.length, await shop.phase()]).toEqual([1, 'diagnosing'])
    expect(shop.notices.map(({ urgency }) => urgency)).toEqual(['page'])
    await shop.stop()
  })
})
