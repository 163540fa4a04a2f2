import type { Execution, ExecutionState, Incident, Phase } from '@mendkit/core'
import type { Evidence } from './check.ts'
import { isOn, type Ledger } from './ledger.ts'

/** What still has to end, in words; nothing when all is at rest. It looks no further than it is asked. */
export function* restless(ledger: Ledger, settings: Evidence['settings']): Generator<string> {
  const { maxReads } = settings.execution
  const moves = ({ state, reads }: Execution) => isMoving(state) || (state === 'unknown' && reads < maxReads)
  for (const each of ledger.incidents.values()) {
    if (!resting.includes(each.phase) || isPaging(each, ledger)) yield `${each.id} is ${each.phase}`
  }
  for (const { id, state } of ledger.commands.values()) if (state === 'pending') yield `${id} is ${state}`
  for (const { id, state } of ledger.notices.values()) if (state === 'pending') yield `${id} is ${state}`
  for (const each of ledger.executions.values()) if (moves(each)) yield `${each.id} is ${each.state}`
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
