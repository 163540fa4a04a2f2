import type { PastOutcome } from '../../builtin/confidence.ts'
import type { PastExecution, PastIncident, PolicyHistory } from '../../model/policy-history.ts'
import { intentsCounter } from '../journal/intend.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { longestWaitMs, mostOfHistory, readExecutions, readIncidents, readOutcomes } from './past.ts'

/** The past as one judgement sees it: each part is read when a policy first asks, and once. */
export interface JudgedPast {
  /** For policies about one target: its fresh preview comes before this read, and its locks bar every other effect. */
  readonly executions: () => Promise<PolicyHistory<PastExecution>>
  /** For policies that may count over many targets: the intent must then be the next one after those that were seen. */
  readonly countedExecutions: () => Promise<PolicyHistory<PastExecution>>
  readonly incidents: () => Promise<PolicyHistory<PastIncident>>
  readonly outcomes: () => Promise<readonly PastOutcome[]>
  /** Throws what the store threw: that a past could not be read is no policy's fault, and no denial. */
  throwIfUnread(): void
  /** How many intents there were before the executions were read; undefined when no policy counted. */
  intentsSeen(): Promise<number | undefined>
}

/** The past of an incident's tenant, as of its step. */
export function judgedPast(parts: Parts, { incident: { tenant }, now, ctx }: StepView): JudgedPast {
  const { settings, store } = parts
  const bound = { since: now - settings.decision.lookBackMs, most: mostOfHistory }
  let counts = false
  let failure: { readonly error: unknown } | undefined

  function once<Value>(read: () => Promise<Value>): () => Promise<Value> {
    let reading: Promise<Value> | undefined
    return () => {
      reading ??= read().catch((error: unknown) => {
        failure = { error }
        throw error
      })
      return reading
    }
  }

  const done = once(async () => {
    // First: an intent that comes in between is then listed, and one that comes later is no longer counted.
    const intents = await store.counter(tenant, intentsCounter, ctx)
    const waitedMs = longestWaitMs(settings)
    return { intents, history: await readExecutions(parts, tenant, { ...bound, waitedMs }, ctx) }
  })
  return {
    executions: async () => (await done()).history,
    async countedExecutions() {
      counts = true
      return (await done()).history
    },
    incidents: once(() => readIncidents(parts, tenant, bound, ctx)),
    outcomes: once(() => readOutcomes(parts, tenant, ctx)),
    throwIfUnread() {
      if (failure !== undefined) throw failure.error
    },
    intentsSeen: async () => (counts ? (await done()).intents : undefined),
  }
}
