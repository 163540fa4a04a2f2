import type { Action } from '@mendkit/core'
import { actionContract, holdsTo, simulate } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { brokenClauses } from '../src/broken-clauses.ts'
import type { FlagClient } from '../src/flag-client.ts'
import { observedByValue } from '../src/observed-by-value.ts'
import { serveLocally } from '../src/serve-locally.ts'
import { setFlag } from '../src/set-flag.ts'
import { flagStage } from '../src/stage.ts'
import { subjectOf } from '../src/subject.ts'

/** The first of so many seeds that finds something, and which promise was broken. */
async function firstFinding(seeds: number, actionOf: (client: FlagClient) => Action) {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violations } = await simulate({ seed, stage: (simulation) => flagStage(simulation, actionOf) })
    if (violations[0] !== undefined) return violations[0].check
  }
  return undefined
}

holdsTo(test, 'flags.set over HTTP', actionContract, () => subjectOf(serveLocally, setFlag))

test('a hundred seeds of the simulator find nothing', async () => {
  expect(await firstFinding(100, setFlag)).toBeUndefined()
})

test('a seed means the same twice', async () => {
  const hashOf = async () => (await simulate({ seed: 7, stage: flagStage })).traceHash
  expect(await hashOf()).toBe(await hashOf())
})

test('the contract finds an action that is observed by its value, and the simulator does too', async () => {
  expect(await brokenClauses(setFlag)).toEqual([])
  expect((await brokenClauses(observedByValue)).map(({ says }) => says)).toEqual([
    'does not take the effect of another execution for its own',
    'has no effect once somebody else changed the target: conflict',
  ])
  expect(await firstFinding(2_000, observedByValue)).toBe('observed-truly')
})
