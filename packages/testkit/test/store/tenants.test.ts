import { memoryState, memoryStore, type Store, storeOverMemory } from '@mendkit/core'
import { callContext, type StoreSubject, storeContract, virtualClock } from '@mendkit/testkit'
import { expect, test } from 'vitest'
import { questions } from '../../src/store/tenant-questions.ts'

const ctx = callContext()
const apart = storeContract.filter((clause) => clause.says.startsWith('answers a tenant as if it were alone'))

/** Those that answer one tenant, so that they have a condition on it to lose. */
const ofOneTenant = Object.entries(questions).flatMap(([name, question]) =>
  typeof question === 'function' && name !== 'claim' && name !== 'pendingAlerts' ? [name as keyof Store] : [],
)

/** Makes stores that lost a condition. */
function subjectWith(lose: (store: Store) => Store): () => Promise<StoreSubject> {
  return async () => {
    const [state, clock] = [memoryState(), virtualClock()]
    const another: StoreSubject['another'] = async (keys) => {
      const store = lose(storeOverMemory(state, { id: 'leaky', durable: false }))
      await store.open({ clock, ...keys }, ctx)
      return store
    }
    return { store: await another(), another, passTime: (ms) => clock.advance(ms) }
  }
}

/** The store without the condition on the tenant in one method: it answers with what any tenant has. */
function withoutCondition(method: keyof Store): (store: Store) => Store {
  return (store) => {
    const honest = store[method] as (...args: readonly unknown[]) => Promise<unknown>
    return {
      ...store,
      [method]: async (...args: readonly unknown[]) => {
        const answers = []
        for (const tenant of ['acme', 'globex']) answers.push(await honest(...args.map((arg) => about(arg, tenant))))
        return together(answers)
      },
    }
  }
}

function about(arg: unknown, tenant: string): unknown {
  if (arg === 'acme' || arg === 'globex') return tenant
  return typeof arg === 'object' && arg !== null && 'tenant' in arg ? { ...arg, tenant } : arg
}

function together(answers: readonly unknown[]): unknown {
  if (answers.every((answer) => Array.isArray(answer))) return answers.flat()
  if (answers.every((answer) => answer instanceof Uint8Array)) return Buffer.concat(answers)
  if (answers.every((answer) => typeof answer === 'number')) return answers.reduce((sum, each) => sum + each, 0)
  if (answers.every((answer) => typeof answer === 'boolean')) return answers.filter(Boolean).length === 1
  // A row is found, whosever it is.
  return answers.find((answer) => answer !== undefined)
}

test('every method of the store is asked whether it keeps tenants apart, or has a reason why not', () => {
  const methods = Object.entries(memoryStore()).flatMap(([name, member]) => (typeof member === 'function' ? name : []))
  expect(methods.filter((name) => !(name in questions))).toEqual([])
  expect(methods.length).toBeGreaterThan(20)
})

test.each(ofOneTenant)('the contract catches a store whose %s has lost its condition on the tenant', async (method) => {
  expect(apart).toHaveLength(1)
  for (const clause of apart) {
    await clause.check(subjectWith((store) => store))
    await expect(clause.check(subjectWith(withoutCondition(method)))).rejects.toThrow()
  }
})
