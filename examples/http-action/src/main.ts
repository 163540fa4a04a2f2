import type { Action } from '@mendkit/core'
import { actionContract, simulate } from '@mendkit/testkit'
import { brokenClauses } from './broken-clauses.ts'
import type { FlagClient } from './flag-client.ts'
import { observedByValue } from './observed-by-value.ts'
import { setFlag } from './set-flag.ts'
import { flagStage } from './stage.ts'

const seeds = 100

console.log('The action, over real HTTP, by the published contract and in the simulator:')
const isSound = await look(setFlag)
console.log('\nThe same, observed by its value instead of by its execution:')
const isFound = !(await look(observedByValue))
process.exitCode = isSound && isFound ? 0 : 1

/** Says what contract and simulator find. Answers whether they find nothing. */
async function look(actionOf: (client: FlagClient) => Action): Promise<boolean> {
  const broken = await brokenClauses(actionOf)
  for (const { says } of broken) console.log(`  ✗ contract: ${says}`)
  if (broken.length === 0) console.log(`  ✓ contract: all ${actionContract.length} clauses hold`)
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { violations } = await simulate({ seed, stage: (simulation) => flagStage(simulation, actionOf) })
    const [first] = violations
    if (first === undefined) continue
    console.log(`  ✗ simulator: seed ${seed}: ${first.check}: ${first.because}`)
    return false
  }
  console.log(`  ✓ simulator: ${seeds} seeds find nothing`)
  return broken.length === 0
}
