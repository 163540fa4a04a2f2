import assert from 'node:assert/strict'
import type { Random } from '@mendkit/core'
import type { Contract } from './contract.ts'

/** What the contract needs of a source of chance. */
export interface RandomSubject {
  readonly random: Random
}

/** What every source of chance promises. That it cannot be predicted is beyond a test. */
export const randomContract: Contract<RandomSubject> = [
  {
    says: 'gives as many bytes as it is asked for, in lower-case hex',
    async check(make) {
      const { random } = await make()
      for (const length of [1, 10, 16, 32]) assert.match(random.hex(length), new RegExp(`^[0-9a-f]{${length * 2}}$`))
    },
  },
  {
    says: 'does not repeat itself',
    async check(make) {
      const { random } = await make()
      const made = Array.from({ length: 1_000 }, () => random.hex(16))
      assert.equal(new Set(made).size, made.length)
    },
  },
  {
    says: 'gives numbers from 0 up to but not including 1, spread over all of it',
    async check(make) {
      const { random } = await make()
      const numbers = Array.from({ length: 1_000 }, () => random.number())
      assert.ok(numbers.every((number) => number >= 0 && number < 1))
      const tenths = new Set(numbers.map((number) => Math.floor(number * 10)))
      assert.equal(tenths.size, 10, 'some tenth of the range never came up in a thousand numbers')
    },
  },
]
