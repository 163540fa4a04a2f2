import assert from 'node:assert/strict'
import type { Check, CheckInput, CheckResult } from '@mendkit/core'
import { leaksNot, needed } from './assertions.ts'
import { callContext } from './call-context.ts'
import type { Contract } from './contract.ts'

/** A check and what it is asked. */
export interface CheckQuestion {
  readonly check: Check
  readonly input: CheckInput
}

/** What the contract needs of a check. */
export interface CheckSubject {
  /** Asked about something that is well. */
  readonly good: CheckQuestion
  /** Asked about something that is not well. */
  readonly bad: CheckQuestion
  /** Asked about something that it has no data about. */
  readonly noData?: CheckQuestion
  /** Its data cannot be reached. */
  readonly unreachable?: CheckQuestion
  /** Asked about something that it has nothing to say about. */
  readonly elsewhere?: CheckQuestion
  /** Its credentials, which hold `secret`, are refused. */
  readonly rejected?: CheckQuestion
  readonly secret?: string
}

/** What every check promises. */
export const checkContract: Contract<CheckSubject> = [
  {
    says: 'has spec 1, an id and a kind',
    async check(make) {
      const { check } = (await make()).good
      assert.equal(check.spec, 1)
      assert.notEqual(check.id, '')
      assert.ok(check.kind === 'symptom' || check.kind === 'health')
    },
  },
  {
    says: 'says good about what is well and bad about what is not, with a reason',
    async check(make) {
      const { good, bad } = await make()
      assert.ok(good.check.applies(good.input) && bad.check.applies(bad.input))
      assertVerdict(await ask(good), 'good')
      assertVerdict(await ask(bad), 'bad')
    },
  },
  {
    says: 'measures the same thing in good and bad times, and its number tells them apart',
    async check(make) {
      const { good, bad } = await make()
      const well = needed((await ask(good)).measure, 'measure')
      const unwell = needed((await ask(bad)).measure, 'measure')
      assert.deepEqual([well.name, well.better], [unwell.name, unwell.better])
      assert.ok(Number.isFinite(well.value) && Number.isFinite(unwell.value))
      assert.ok(well.better === 'higher' ? well.value > unwell.value : well.value < unwell.value)
    },
  },
  {
    says: 'says unknown, never good, without data',
    async check(make) {
      const result = await ask(needed((await make()).noData, 'noData'))
      assertVerdict(result, 'unknown')
      assert.equal(result.measure, undefined)
    },
  },
  {
    says: 'says unknown or throws, never good or bad, when its data cannot be reached',
    async check(make) {
      const question = needed((await make()).unreachable, 'unreachable')
      const verdict = await ask(question).then(
        (result) => result.verdict,
        () => 'unknown',
      )
      assert.equal(verdict, 'unknown')
    },
  },
  {
    says: 'does not apply to what it has nothing to say about',
    async check(make) {
      const { check, input } = needed((await make()).elsewhere, 'elsewhere')
      assert.equal(check.applies(input), false)
    },
  },
  {
    says: 'rejects with the abort reason itself when the caller aborts',
    async check(make) {
      const { check, input } = (await make()).good
      const reason = new Error('enough')
      const ctx = callContext({ signal: AbortSignal.abort(reason) })
      await assert.rejects(check.check(input, ctx), (error) => error === reason)
    },
  },
  {
    says: 'never shows its credentials',
    async check(make) {
      const { rejected, secret } = await make()
      const shown = await ask(needed(rejected, 'rejected')).catch((error: unknown) => error)
      leaksNot(shown, needed(secret, 'secret'))
    },
  },
]

async function ask({ check, input }: CheckQuestion): Promise<CheckResult> {
  return await check.check(input, callContext())
}

function assertVerdict(result: CheckResult, verdict: CheckResult['verdict']): void {
  assert.equal(result.verdict, verdict, result.because)
  assert.notEqual(result.because, '')
}
