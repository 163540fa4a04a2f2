import type { SimulationCheck } from '../check.ts'
import { isUnfinished } from '../ledger.ts'

/** No effect without a durable intent that still stands, and an audit entry that tells of it. */
export const intended: SimulationCheck = {
  id: 'intended',
  onEffect({ ledger }, { executionId, target }) {
    if (executionId === undefined) return [`${target} was changed in the name of no execution`]
    const execution = ledger.executions.get(executionId)
    if (execution === undefined) return [`${target} was changed by ${executionId}, of which there is no intent`]
    const told = ledger.entries.some(
      ({ entry }) => entry.type === 'execution-intended' && entry.data.execution === executionId,
    )
    if (!told) return [`no audit entry tells of the intent of ${executionId}`]
    const mayBeSent = (execution.state === 'intent' || execution.state === 'unknown') && !('resendAt' in execution)
    if (mayBeSent) return []
    const how = isUnfinished(execution) ? `${execution.state}, and known to have done nothing yet` : execution.state
    return [`${executionId} changed ${target} although it was ${how}`]
  },
}

/** At most one effect for each execution on each object: parts of one effect change one each. */
export const atMostOnce: SimulationCheck = {
  id: 'at-most-once',
  onEffect({ effects }, { executionId, target }) {
    const count = effects.filter((each) => each.executionId === executionId && each.target === target).length
    return count > 1 ? [`${executionId} has had ${count} effects on ${target}`] : []
  },
}

/** Each intent allows one effect: a part of many has an intent of its own, whatever it was tried on before. */
export const oneAnIntent: SimulationCheck = {
  id: 'one-an-intent',
  onEffect({ ledger, effects }, { executionId }) {
    const count = effects.filter((each) => each.executionId === executionId).length
    const intents = ledger.entries.filter(
      ({ entry }) => entry.type === 'execution-intended' && entry.data.execution === executionId,
    )
    return count > intents.length ? [`${executionId} has had ${count} effects, and has ${intents.length} intents`] : []
  },
}

/** Nothing that a process sent has an effect after another has classified or begun anything on the target. */
export const fenced: SimulationCheck = {
  id: 'fenced',
  onEffect({ ledger }, { executionId, by, sentAt, target }) {
    const keys = ledger.executions.get(executionId ?? '')?.lockKeys ?? []
    const later = ledger.entries.find(({ at, by: other, entry }) => {
      if (at < sentAt || other === by) return false
      if (entry.type === 'execution-observed')
        return entry.data.execution === executionId && entry.data.outcome !== 'unknown'
      if (entry.type === 'execution-ended') return entry.data.execution === executionId
      return entry.type === 'execution-intended' && entry.data.lockKeys.some((key) => keys.includes(key))
    })
    if (later === undefined) return []
    return [`${by} changed ${target} after ${later.by} had written ${later.entry.type}`]
  },
}

/** In the end the log tells of every effect, and none counts as something that did not happen. */
export const effectsTold: SimulationCheck = {
  id: 'effects-told',
  atEnd({ ledger, effects, settings }) {
    return effects.flatMap(({ executionId = '', target }) => {
      const execution = ledger.executions.get(executionId)
      const seen = ledger.entries.some(
        ({ entry }) =>
          entry.type === 'execution-observed' &&
          entry.data.execution === executionId &&
          (entry.data.outcome === 'applied' || entry.data.outcome === 'gone'),
      )
      const isHandedOver = execution?.state === 'unknown' && execution.reads >= settings.execution.maxReads
      if (seen || isHandedOver) return []
      return [`${executionId} changed ${target}, and the log calls it ${execution?.state ?? 'nothing'}`]
    })
  },
}

/** What counts as applied has had its effect. */
export const observedTruly: SimulationCheck = {
  id: 'observed-truly',
  onChange({ effects }, { change }) {
    return change.audit.flatMap((entry) => {
      if (entry.type !== 'execution-observed' || entry.data.outcome !== 'applied') return []
      const { execution } = entry.data
      return effects.some(({ executionId }) => executionId === execution)
        ? []
        : [`${execution} counts as applied, and nothing was changed by it`]
    })
  },
}

/** Each send has an intent of its own, and is made under the lease by whoever can tell how long that lasts. */
export const sentUnderIntent: SimulationCheck = {
  id: 'sent-under-intent',
  onSend({ ledger, holdsLease }, { executionId, by, count, rate }) {
    const intents = ledger.entries.filter(
      ({ entry }) => entry.type === 'execution-intended' && entry.data.execution === executionId,
    )
    const incidentId = ledger.executions.get(executionId)?.incidentId ?? ''
    // A clock that runs slow makes a lease look longer than it is. The fence is for that.
    const late = rate >= 1 && !holdsLease(by, incidentId)
    return [
      ...(count > intents.length
        ? [`${executionId} is sent for the time ${count}, and has ${intents.length} intents`]
        : []),
      ...(late ? [`${by} sends ${executionId} although it does not hold ${incidentId} any more`] : []),
    ]
  },
}
