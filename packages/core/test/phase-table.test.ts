import { hasArrow, type Phase, phases, phaseTable } from '@mendkit/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** Every arrow, written a second time on purpose: a change of the table must be meant. */
const arrows: Readonly<Record<Phase, readonly Phase[]>> = {
  open: ['diagnosing', 'resolved', 'escalated', 'closed'],
  diagnosing: ['deciding', 'handed-over', 'resolved', 'escalated', 'closed'],
  deciding: [
    'awaiting-approval',
    'remediating',
    'diagnosing',
    'suggested',
    'handed-over',
    'resolved',
    'escalated',
    'closed',
  ],
  'awaiting-approval': ['remediating', 'deciding', 'handed-over', 'escalated', 'resolved', 'closed'],
  remediating: ['verifying', 'deciding', 'resolved', 'escalated', 'closed'],
  verifying: ['resolved', 'remediating', 'escalated', 'closed'],
  escalated: ['diagnosing', 'resolved', 'closed'],
  'handed-over': ['diagnosing', 'resolved', 'closed'],
  suggested: ['diagnosing', 'resolved', 'closed'],
  resolved: ['open', 'closed'],
  closed: [],
}

describe('the phase table', () => {
  test('holds every phase once', () => {
    expect([...phases].sort()).toEqual(Object.keys(arrows).sort())
  })

  const pairs = phases.flatMap((from) => phases.map((to) => [from, to] as const))
  test.each(pairs)('%s → %s is an arrow only where it is meant to be', (from, to) => {
    expect(hasArrow(from, to)).toBe(arrows[from].includes(to))
  })

  test('gives every arrow a meaning', () => {
    for (const from of phases) {
      for (const meaning of Object.values(phaseTable[from])) expect(meaning).toMatch(/\w{3}/)
    }
  })

  test('is not fooled by names that every object has', () => {
    for (const name of ['toString', 'constructor', '__proto__']) expect(hasArrow('open', name as Phase)).toBe(false)
  })

  test('lets an effect be reached only through a decision, and every phase be ended', () => {
    for (const from of phases.filter((phase) => hasArrow(phase, 'remediating'))) {
      expect(['deciding', 'awaiting-approval', 'verifying']).toContain(from)
    }
    for (const from of phases.filter((phase) => phase !== 'closed')) expect(hasArrow(from, 'closed')).toBe(true)
  })

  test('never leads out of closed, however one walks', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { maxLength: 60 }), (choices) => {
        let phase: Phase = 'open'
        for (const choice of choices) {
          const next = phases.filter((to) => hasArrow(phase, to))
          if (next.length === 0) expect(phase).toBe('closed')
          phase = next[choice % Math.max(1, next.length)] ?? phase
        }
      }),
    )
  })
})
