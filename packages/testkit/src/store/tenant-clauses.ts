import { strict as assert } from 'node:assert'
import type { Store } from '@mendkit/core'
import type { Contract } from '../contract.ts'
import { testSigner } from './log-key.ts'
import type { StoreSubject } from './subject.ts'
import { type OneTenant, partsOfHistory, twoTenants } from './tenant-history.ts'
import { answersTo } from './tenant-questions.ts'

/**
 * Nothing of one tenant is readable by another or influences it: a tenant gets the same answers, to every question that a
 * store can be asked, whether it is alone or beside a tenant in which everything has the same ids.
 */
export const tenantClauses: Contract<StoreSubject> = [
  {
    says: 'answers a tenant as if it were alone, whatever another does under the same ids and names',
    async check(make) {
      const beside = await played(make, twoTenants)
      for (const tenant of twoTenants) {
        const alone = await played(make, [tenant])
        const expected = await answersTo(alone, tenant)
        const answers = await answersTo(beside, tenant)
        for (const method of Object.keys(expected)) {
          assert.deepEqual(answers[method], expected[method], `${method} tells ${tenant} of the other tenant`)
        }
      }
    },
  },
]

/** A store in which the histories of these tenants have happened, part by part in turns. */
async function played(make: () => Promise<StoreSubject>, tenants: readonly OneTenant[]): Promise<Store> {
  const { another } = await make()
  const store = await another({ signer: testSigner() })
  const histories = tenants.map(partsOfHistory)
  for (const [step] of (histories[0] ?? []).entries()) {
    for (const parts of histories) await parts[step]?.(store)
  }
  return store
}
