import { hasArrow, type Incident, MendkitError, phases } from '@mendkit/core'
import { describe, expect, test } from 'vitest'
import { moveTo } from '../../src/engine/steps/result.ts'
import { setUp } from '../support/parts.ts'

const pairs = phases.flatMap((from) => phases.map((to) => ({ from, to, has: hasArrow(from, to) })))
const { parts } = await setUp()
const now = parts.clock.now()
const incident = { tenant: 'default', id: 'inc_1', phaseSince: 0, deadlines: {} } as Incident

describe('what the table lacks is refused', () => {
  test.each(pairs.filter(({ has }) => !has))('$from → $to', ({ from, to }) => {
    const refused = () => moveTo(parts, { incident: { ...incident, phase: from }, now }, to)
    expect(refused).toThrow(new MendkitError('conflict', `incident inc_1 cannot go from ${from} to ${to}`))
  })
})

describe('what the table has is one change of phase and one entry of the log', () => {
  test.each(pairs.filter(({ has }) => has))('$from → $to', ({ from, to }) => {
    const { next, audit } = moveTo(parts, { incident: { ...incident, phase: from }, now }, to, { reason: 'denied' })
    expect(next).toMatchObject({ phase: to, phaseSince: now, reason: 'denied' })
    expect(audit).toMatchObject([{ type: 'phase-changed', data: { from, to, reason: 'denied' } }])
  })
})
