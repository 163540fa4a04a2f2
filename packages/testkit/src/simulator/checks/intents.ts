import type { AuditDraft, Change, Execution } from '@mendkit/core'
import type { Evidence, SimulationCheck } from '../check.ts'
import { isOn } from '../ledger.ts'

type IntendedEntry = Extract<AuditDraft, { type: 'execution-intended' }>

/** The rows and entries of intents in a change. */
export function intentsOf({
  put,
  audit,
}: Change): readonly { readonly row: Execution; readonly entry: IntendedEntry }[] {
  return audit.flatMap((entry) => {
    if (entry.type !== 'execution-intended') return []
    const row = put.flatMap((each) =>
      each.kind === 'document' && each.table === 'execution' && each.row.id === entry.data.execution ? [each.row] : [],
    )[0]
    return row === undefined ? [] : [{ row, entry }]
  })
}

/** An intent is never stored without the audit entry that tells of it. */
export const toldWithItsIntent: SimulationCheck = {
  id: 'told-with-its-intent',
  onChange({ ledger }, { change }) {
    const told = new Set(intentsOf(change).map(({ row }) => row.id))
    return change.put.flatMap((put) => {
      if (put.kind !== 'document' || put.table !== 'execution') return []
      const before = ledger.executions.get(put.row.id)
      const isNew = put.row.state === 'intent' && (before === undefined || before.sends < put.row.sends)
      return isNew && !told.has(put.row.id) ? [`the intent of ${put.row.id} has no audit entry`] : []
    })
  },
}

/** Nothing is intended while the kill switch is on, or while somebody holds the incident. */
export const notWhilePaused: SimulationCheck = {
  id: 'not-while-paused',
  onChange({ ledger }, { change }) {
    return intentsOf(change).flatMap(({ row }) => {
      const paused = isOn(ledger.settings.get('pause'))
      const holder = isOn(ledger.settings.get(`holder:${row.incidentId}`))
      return [
        ...(paused ? [`${row.id} was intended although the kill switch was on`] : []),
        ...(holder ? [`${row.id} was intended although somebody holds ${row.incidentId}`] : []),
      ]
    })
  },
}

/** Nothing begins because of alerts that are all suppressed. */
export const notWhileSuppressed: SimulationCheck = {
  id: 'not-while-suppressed',
  onChange({ ledger, stepBegan, effects }, { change }) {
    return intentsOf(change).flatMap(({ row }) => {
      const { incidentId, undoes, index } = row
      if (undoes !== undefined || index > 0 || hasBegun(effects, row) || ledger.alertsOf(incidentId, 'firing') > 0)
        return []
      const isOld = ledger.alertChangedAt(incidentId) < stepBegan(incidentId)
      return isOld ? [`${row.id} was intended although no alert of ${incidentId} fires`] : []
    })
  },
}

/** Whether a part of an effect was made already: what goes on then was decided when it began. */
export function hasBegun(effects: Evidence['effects'], { id }: Execution): boolean {
  return effects.some(({ executionId }) => executionId === id)
}

/** An object that we changed a short while ago gets no further effect without a person. */
export const cooldownKept: SimulationCheck = {
  id: 'cooldown-kept',
  onChange({ ledger, effects, settings, stepBegan }, { change }) {
    return intentsOf(change).flatMap(({ row }) => {
      const isAsked = ledger.plans.get(row.planId)?.decision.kind === 'ask'
      if (isAsked || row.undoes !== undefined) return []
      const recent = effects.find(({ executionId = '', at }) => {
        const earlier = ledger.executions.get(executionId)
        if (earlier === undefined || earlier.planId === row.planId) return false
        const since = stepBegan(row.incidentId) - at
        return shares(earlier, row) && since > 0 && since < settings.execution.cooldownMs
      })
      return recent === undefined
        ? []
        : [`${row.id} was intended soon after ${recent.executionId} had changed the same object`]
    })
  },
}

/** Steps, and nobody else, write what steps conclude; and only under a lease that holds. */
export const underLease: SimulationCheck = {
  id: 'under-lease',
  onChange({ heldLease }, { by, change }) {
    const entry = change.audit.find(({ type }) => stepEntries.includes(type))
    if (entry === undefined || heldLease(by, entry.subject.id)) return []
    return [`${by} wrote ${entry.type} of ${entry.subject.id} without holding it`]
  },
}

const stepEntries: readonly string[] = [
  'execution-intended',
  'execution-observed',
  'execution-verified',
  'execution-ended',
  'plan-made',
  'diagnosis-made',
  'approval-requested',
  'approval-granted',
]

function shares(one: Execution, other: Execution): boolean {
  return one.lockKeys.some((key) => other.lockKeys.includes(key))
}
