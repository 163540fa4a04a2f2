import type { Execution, ExecutionState, Incident, Phase } from '@mendkit/core'
import type { Evidence } from './check.ts'
import { isOn, type Ledger } from './ledger.ts'

/** What still has to end, in words; empty when all is at rest. */
export function restless(ledger: Ledger, settings: Evidence['settings']): readonly string[] {
  const { maxReads } = settings.execution
  const moves = ({ state, reads }: Execution) => isMoving(state) || (state === 'unknown' && reads < maxReads)
  return [
    ...[...ledger.incidents.values()].filter((each) => !resting.includes(each.phase) || isPaging(each, ledger)),
    ...[...ledger.commands.values()].filter(({ state }) => state === 'pending'),
    ...[...ledger.notices.values()].filter(({ state }) => state === 'pending'),
    ...[...ledger.executions.values()].filter(moves),
  ].map((row) => `${row.id} is ${'phase' in row ? row.phase : row.state}`)
}

/** Somebody else is called unless one of those who were answers; and somebody again once nobody has it any more. */
function isPaging({ id, phase, escalation }: Incident, { settings }: Ledger): boolean {
  if (phase !== 'escalated') return false
  return escalation?.kind === 'paging' || (escalation?.kind === 'held' && !isOn(settings.get(`holder:${id}`)))
}

const resting: readonly Phase[] = ['resolved', 'closed', 'handed-over', 'escalated', 'suggested']

function isMoving(state: ExecutionState): boolean {
  return state === 'intent' || state === 'observed' || state === 'verifying'
}
