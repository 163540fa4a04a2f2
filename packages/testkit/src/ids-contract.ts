import assert from 'node:assert/strict'
import type { Ids } from '@mendkit/core'
import type { Contract } from './contract.ts'

/** What the contract needs of a source of ids. Every subject is as one of another process would be. */
export interface IdsSubject {
  readonly ids: Ids
}

/** What every source of ids promises. */
export const idsContract: Contract<IdsSubject> = [
  {
    says: 'gives ids that start with their prefix and an underscore, and fit into headers, names and annotations',
    async check(make) {
      const { ids } = await make()
      for (const prefix of ['inc', 'exe']) assert.match(ids.next(prefix), new RegExp(`^${prefix}_[A-Za-z0-9-]{8,120}$`))
    },
  },
  {
    says: 'never gives an id twice, and ids made later sort later',
    async check(make) {
      const { ids } = await make()
      const made = Array.from({ length: 5_000 }, () => ids.next('inc'))
      assert.equal(new Set(made).size, made.length)
      assert.deepEqual(made.toSorted(), made)
    },
  },
  {
    says: 'has no id in common with another source at the same time',
    async check(make) {
      const sources = [await make(), await make()]
      const made = sources.flatMap(({ ids }) => Array.from({ length: 1_000 }, () => ids.next('inc')))
      assert.equal(new Set(made).size, made.length)
    },
  },
]
