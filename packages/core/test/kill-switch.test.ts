import { definePolicy, type Lock } from '@mendkit/core'
import { callContext, simulatedStore, virtualClock } from '@mendkit/testkit'
import { expect, onTestFinished, test } from 'vitest'
import { freshWorld, openShop, type Shop, setFlag } from './support/shop.ts'

/** Two workers on one store. Where it matters, the second has no hands: it only throws the switch. */
function twoWorkers(given: Parameters<typeof openShop>[0] = {}): readonly [Shop, Shop] {
  const same = { clock: virtualClock(), store: simulatedStore(), world: freshWorld(), ...given }
  const shops = [openShop(same), openShop(same)] as const
  onTestFinished(async () => {
    for (const shop of shops) await shop.stop()
  })
  return shops
}

const refused = /mendkit_intents_refused_total\{action="shop.set-flag"\} 1/

test('an intent that comes after the switch was thrown elsewhere is refused, however far its step had come', async () => {
  let judged = 0
  const lastMoment = definePolicy({
    id: 'last-moment',
    decide: async ({ incident }) => {
      if (incident.phase === 'remediating') {
        judged += 1
        if (judged === 1) await two.mendkit.pause()
      }
      return { kind: 'allow', because: 'fine' }
    },
  })
  const [one, two] = twoWorkers({ policies: [lastMoment] })
  await one.fire()
  await one.untilTrue('it was judged right before the effect', () => judged > 0)
  await one.clock.advance(60_000)
  expect(one.world.effects).toEqual([])
  expect(await one.mendkit.executions.list()).toEqual([])
  expect(one.mendkit.metrics() + two.mendkit.metrics()).toMatch(refused)
  expect(judged).toBe(1)
  await two.mendkit.resume()
  await one.until('verifying')
  expect(one.world.effects).toHaveLength(1)
})

test('a worker that waits for its turn does nothing once the switch was thrown elsewhere, and goes on once it is lifted', async () => {
  const [one, two] = twoWorkers({ action: { ...setFlag(freshWorld()), lockKeys: () => ['the-flag'] } })
  const put = async (row: Lock) => {
    const change = {
      tenant: 'default',
      expect: [],
      put: [{ kind: 'document', table: 'lock', row } as const],
      audit: [],
    }
    expect(await one.store.commit(change, callContext())).toMatchObject({ kind: 'committed' })
  }
  await one.clock.advance(1_000)
  await put({ tenant: 'default', id: 'the-flag', holder: 'pln_other', revision: 0 })
  await one.fire()
  await one.until('remediating')
  await one.clock.advance(10_000)
  const tries = () => {
    const counts = [one, two].map(({ mendkit }) => /intents_refused_total\{[^}]*\} (\d+)/.exec(mendkit.metrics())?.[1])
    return counts.reduce((sum, count) => sum + Number(count ?? 0), 0)
  }
  await two.mendkit.pause()
  await one.clock.advance(1_000)
  const before = tries()
  expect(before).toBeGreaterThan(0)
  await put({ tenant: 'default', id: 'the-flag', revision: 1 })
  await one.clock.advance(60_000)
  expect(tries()).toBe(before)
  expect(await one.mendkit.executions.list()).toEqual([])
  await two.mendkit.resume()
  await one.clock.advance(6_000)
  expect(await one.mendkit.executions.list()).toHaveLength(1)
})
