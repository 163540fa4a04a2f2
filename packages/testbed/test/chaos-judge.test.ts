import type { Execution, Incident, MendkitEvent } from '@mendkit/core'
import { expect, test } from 'vitest'
import { type Facts, judge } from '../src/chaos/driver/judge.ts'
import { killsOf } from '../src/chaos/kill.ts'

const target = 'shop/checkout'
const execution = (id: string, more: Partial<Execution> = {}) => ({ id, state: 'succeeded', ...more }) as Execution
const incident = (id: string, phase: Incident['phase'], name = id) =>
  ({ id, phase, resource: { name } }) as unknown as Incident
const entry = (seq: number, type: string, data: object = {}) =>
  ({ seq, type, data, subject: { kind: 'incident', id: 'inc_1' } }) as unknown as MendkitEvent

/** What an ordinary incident leaves behind, with one effect. */
const sound: Facts = {
  effects: [{ executionId: 'exe_1', target }],
  ledger: {
    entries: [{ seq: 1, type: 'execution-intended', subject: 'inc_1' }],
    alerts: ['checkout'],
    approvals: [{ id: 'apr_1', incidentId: 'inc_1' }],
  },
  log: [
    entry(0, 'command-given', { kind: 'approve' }),
    entry(1, 'execution-intended', { execution: 'exe_1' }),
    entry(2, 'execution-observed', { execution: 'exe_1', outcome: 'applied' }),
  ],
  verified: true,
  executions: [execution('exe_1')],
  incidents: [incident('inc_1', 'resolved', 'checkout')],
}
const nothing = { doubleEffects: [], lost: [], stuck: [], unaudited: [] }

test('finds nothing in what an ordinary incident leaves behind', () => {
  expect(judge(sound)).toEqual(nothing)
})

test.each<[string, Partial<Facts>]>([
  ['is the second of its execution', { effects: [...sound.effects, ...sound.effects] }],
  ['was called without effect', { executions: [execution('exe_1', { state: 'no-effect' })] }],
  [
    'is the second on its target',
    {
      effects: [...sound.effects, { executionId: 'exe_2', target }],
      executions: [execution('exe_1'), execution('exe_2')],
      log: [
        ...sound.log,
        entry(3, 'execution-intended', { execution: 'exe_2' }),
        entry(4, 'execution-observed', { execution: 'exe_2', outcome: 'applied' }),
      ],
    },
  ],
])('an effect that %s is one too many', (words, facts) => {
  const found = judge({ ...sound, ...facts })
  expect(found).toEqual({ ...nothing, doubleEffects: [expect.stringContaining(words)] })
})

test('the undo of an effect is not one too many', () => {
  const undo = execution('exe_2', { undoes: 'exe_1' })
  const effects = [...sound.effects, { executionId: 'exe_2', target }]
  expect(judge({ ...sound, effects, executions: [execution('exe_1'), undo] }).doubleEffects).toEqual([])
})

test.each<[string, Partial<Facts>]>([
  ['entry 1 was committed', { log: sound.log.with(1, entry(1, 'diagnosis-made')) }],
  [
    'entry 7 was committed',
    { ledger: { ...sound.ledger, entries: [{ seq: 7, type: 'plan-made', subject: 'inc_1' }] } },
  ],
  ['the alert of checkout was taken', { incidents: [] }],
  [
    'approval apr_1 of incident inc_1 was taken',
    { log: sound.log.with(0, entry(0, 'command-given', { kind: 'close' })) },
  ],
])('what was promised and is not there is lost: %s', (words, facts) => {
  expect(judge({ ...sound, ...facts }).lost).toEqual([expect.stringContaining(words)])
})

test('what nobody works on any more, and no person was given, is stuck', () => {
  const executions = [execution('exe_1', { state: 'unknown' })]
  const incidents = [incident('inc_1', 'verifying', 'checkout'), incident('inc_2', 'escalated')]
  const stuck = ['execution exe_1 is still unknown', 'incident inc_1 is still verifying']
  expect(judge({ ...sound, executions, incidents }).stuck).toEqual(stuck)
})

test.each<[string, Partial<Facts>]>([
  ['does not verify', { verified: false }],
  ['no intent', { log: sound.log.toSpliced(1, 1), ledger: { ...sound.ledger, entries: [] } }],
  ['no outcome', { log: sound.log.slice(0, 2) }],
])('a log that %s is not valid', (words, facts) => {
  expect(judge({ ...sound, ...facts })).toEqual({ ...nothing, unaudited: [expect.stringContaining(words)] })
})

test('the same seed kills at the same moments, and every kind of moment comes up', () => {
  const first = (seed: number) => {
    const kills = killsOf(seed, { fsync: true })
    return Array.from({ length: 200 }, () => kills.next().value)
  }
  expect(first(1)).toEqual(first(1))
  expect(first(1)).not.toEqual(first(2))
  expect(new Set(first(1).map(({ at }) => at))).toEqual(new Set(['point', 'time', 'fsync', 'pause']))
})
