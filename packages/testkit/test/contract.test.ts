import { expect, test } from 'vitest'
import { type Contract, holdsTo } from '../src/index.ts'

interface Subject extends AsyncDisposable {
  readonly value: number
}

const contract: Contract<Subject> = [
  {
    says: 'is even',
    async check(make) {
      if ((await make()).value % 2 !== 0) throw new Error('odd')
    },
  },
  {
    says: 'is small',
    async check(make) {
      if ((await make()).value > 9) throw new Error('large')
    },
  },
]

/** Runs the tests that `holdsTo` registers, and tells how each ended. */
async function outcomes(value: number, skips: Readonly<Record<string, string>> = {}) {
  const tests: { name: string; run: (context: { skip(because?: string): unknown }) => Promise<void> }[] = []
  const ended: string[] = []
  let disposed = 0
  const make = async () => ({
    value,
    async [Symbol.asyncDispose]() {
      disposed += 1
    },
  })
  holdsTo((name, run) => tests.push({ name, run }), 'seven', contract, make, skips)
  for (const { name, run } of tests) {
    let skipped: string | undefined
    const skip = (because?: string) => {
      skipped = because
    }
    const outcome = await run({ skip }).then(
      () => (skipped === undefined ? 'holds' : `skipped: ${skipped}`),
      (error: Error) => error.message,
    )
    ended.push(`${name}: ${outcome}`)
  }
  return { ended, disposed }
}

test('each clause is a test of its own, and its subject is disposed of', async () => {
  expect(await outcomes(7)).toEqual({ ended: ['seven is even: odd', 'seven is small: holds'], disposed: 2 })
})

test('a skipped clause that fails is reported with its reason', async () => {
  const { ended } = await outcomes(7, { 'is even': 'seven is odd' })
  expect(ended).toEqual(['seven is even: skipped: seven is odd', 'seven is small: holds'])
})

test('a skip that is no longer needed fails', async () => {
  const { ended } = await outcomes(8, { 'is even': 'it used to be seven' })
  expect(ended[0]).toMatch(/stale skip/)
})

test('a skip of a clause that does not exist is refused at once', async () => {
  await expect(outcomes(8, { 'is round': 'it is flat' })).rejects.toThrow(/is round/)
})
