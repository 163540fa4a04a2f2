import { describe, expect, test } from 'vitest'
import type { EscalationPolicy } from '../src/engine/escalation/policies.ts'
import { quietUntil } from '../src/engine/escalation/quiet-until.ts'

const minute = 60_000
const day = 1_440 * minute

/** A policy whose windows hold at these minutes, and how often its calendar was asked. */
function policyOf(...windows: readonly ((minuteOfDay: number) => boolean)[]) {
  const asked = { questions: 0 }
  const quietWindows: EscalationPolicy['quietWindows'] = () =>
    windows.map((holds) => (at) => {
      asked.questions += 1
      return holds(Math.floor(at / minute))
    })
  return { asked, policy: { id: 'shop', tiers: [], rounds: 1, quietWindows } satisfies EscalationPolicy }
}

const never = () => false

describe('a notice in quiet hours', () => {
  test('waits until the first minute in which no window holds, whichever held before', () => {
    const { policy } = policyOf(
      (at) => at < 400,
      (at) => at >= 400 && at < 421,
    )
    expect(quietUntil(policy, 'info', 90_000)).toBe(421 * minute)
    expect(quietUntil(policy, 'info', 421 * minute)).toBe(421 * minute)
  })

  test('asks a hundred windows no more often than a few for each minute of the day', () => {
    const { policy, asked } = policyOf(...Array.from({ length: 99 }, () => never), () => true)
    expect(quietUntil(policy, 'info', 0)).toBe(day)
    expect(asked.questions).toBeLessThan(2_000)
  })

  test('is sent rather than have the calendar asked without an end', () => {
    const windows = Array.from({ length: 100 }, (_, index) => (at: number) => at % 100 === index)
    const { policy, asked } = policyOf(...windows)
    expect(quietUntil(policy, 'info', 0)).toBeLessThan(day)
    expect(asked.questions).toBeLessThan(3_100)
  })
})
