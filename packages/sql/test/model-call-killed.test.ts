import { sqlStore } from '@mendkit/sql'
import { callContext } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { askingHost, tokensOfIncident, usedUp } from './asking-host.ts'
import { temporaryFile } from './folder.ts'
import { startChild } from './processes/child.ts'

const tenant = 'default'
const ctx = callContext()

test('what a host set aside for a call of a model stands when it is killed within the call, and the next spends only the rest', async () => {
  const file = temporaryFile()
  const child = startChild('./ask-model.ts', file)
  await child.printed(1)
  await child.kill()

  const store = sqlStore(file)
  let answers = 0
  const host = askingHost(store, async () => {
    answers += 1
    return usedUp(50, 350)
  })
  const stop = new AbortController()
  const running = host.run({ signal: stop.signal })
  const handedOver = () => host.incidents.list({ phases: ['handed-over'] })
  await expect.poll(handedOver, { timeout: 30_000 }).toHaveLength(1)

  const [incident] = await handedOver()
  const turns = await store.list('turn', { tenant, incidentId: incident?.id ?? '', limit: 100 }, ctx)
  const [killed, ...rest] = turns
  const setAside = killed?.reserved.tokens ?? 0
  expect(killed).toMatchObject({ state: 'asked', spending: { calls: 1, tokens: setAside } })
  expect(setAside).toBeGreaterThan(1_000)
  // Beside what nobody will ever settle there is room for one, and not for the next as it would be set aside.
  expect(rest.map(({ state, spending }) => [state, spending.tokens])).toEqual([['answered', 400]])
  expect(answers).toBe(1)
  const spent = setAside + 400
  expect(spent).toBeLessThanOrEqual(tokensOfIncident)
  expect(incident).toMatchObject({ reason: 'spent-incident-tokens', spending: { calls: 2, tokens: spent } })
  // The budget of the day, which other incidents share, has counted the same.
  const days = new Set(turns.map(({ at }) => new Date(at).toISOString().slice(0, 10)))
  const counted = await Promise.all([...days].map((day) => store.counter(tenant, `models-${day}-tokens`, ctx)))
  expect(counted.reduce((sum, each) => sum + each, 0)).toBe(spent)

  stop.abort()
  await running
  await host.close()
}, 60_000)
