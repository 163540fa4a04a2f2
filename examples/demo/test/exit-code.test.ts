import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import type { Report } from '../src/report.ts'
import { wentAsItShould } from '../src/went-as-it-should.ts'

const undone = { type: 'kubernetes.rollout-undo', target: 'Deployment shop/checkout', outcome: 'succeeded' }
const drift = { effects: 0, approvals: [{ state: 'void' }] } as unknown as Report['drift']
const rollback = { reason: 'undone' } as unknown as Report['rollback']

/** A report in which these things went otherwise. */
function report(phase: string, actions: readonly (typeof undone)[], scenes: Partial<Report> = {}): Report {
  return {
    incidents: [{ id: 'inc', phase, alerts: 1, rootCause: null, actions, durationMs: 1 }],
    noise: { alerts: 1, incidents: 1 },
    audit: { entries: 1, verified: true },
    drift: null,
    rollback: null,
    ...scenes,
  }
}

const asked = { yes: false, json: false }
const byItself = { yes: true, json: false }
const all = { drift, rollback }
const worse = { drift: { ...drift, effects: 1 } as Report['drift'], rollback }

test.each([
  ['a fix and both scenes', report('resolved', [undone], all), asked, true],
  ['a fix, and the person leaves then', report('resolved', [undone]), asked, true],
  ['a no at the question', report('handed-over', []), asked, true],
  ['a yes whose fix did not help', report('escalated', [undone]), asked, false],
  ['a stale yes that did something', report('resolved', [undone], worse), asked, false],
  ['a fix and both scenes by itself', report('resolved', [undone], all), byItself, true],
  ['nothing done by itself', report('handed-over', []), byItself, false],
  ['scenes that were not played by itself', report('resolved', [undone]), byItself, false],
])('%s is judged as what it is', (_, made, options, went) => {
  expect(wentAsItShould(made, options)).toBe(went)
})

test('the exit code of the demo is also that of the command which the README names', () => {
  const root = fileURLToPath(new URL('../../..', import.meta.url))
  const { status, stderr } = spawnSync('npx', ['--yes', 'pnpm@12.21.0', 'demo', '--jsn'], {
    cwd: root,
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([2, expect.stringContaining("Unknown option '--jsn'")])
})
