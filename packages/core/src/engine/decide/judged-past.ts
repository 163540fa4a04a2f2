import type { PolicyHistory } from '../../model/policy-history.ts'
import { intentsCounter } from '../journal/intend.ts'
import type { Parts } from '../parts.ts'
import type { StepView } from '../steps/view.ts'
import { longestWaitMs, mostOfHistory, readPast } from './past.ts'

/** The past as one judgement sees it: read when a policy first asks, and once. */
export interface JudgedPast {
  /** For policies about one target: its fresh preview comes before this read, and its locks bar every other effect. */
  readonly history: () => Promise<PolicyHistory>
  /** For policies that may count over many targets: the intent must then be the next one after those that were seen. */
  readonly countedHistory: () => Promise<PolicyHistory>
  /** Throws what the store threw: that a past could not be read is no policy's fault, and no denial. */
  throwIfUnread(): void
  /** How many intents there were before the past was read; undefined when no policy counted. */
  intentsSeen(): Promise<number | undefined>
}

/** The past of an incident's tenant, as of its step. */
export function judgedPast(parts: Parts, view: StepView): JudgedPast {
  let reading: ReturnType<typeof read> | undefined
  let counts = false
  let failure: { readonly error: unknown } | undefined
  const once = () => {
    reading ??= read(parts, view).catch((error: unknown) => {
      failure = { error }
      throw error
    })
    return reading
  }
  return {
    history: async () => (await once()).history,
    async countedHistory() {
      counts = true
      return (await once()).history
    },
    throwIfUnread() {
      if (failure !== undefined) throw failure.error
    },
    intentsSeen: async () => (counts ? (await once()).intents : undefined),
  }
}

/** Intents are counted first: one that comes in between is then listed, and one that comes later is no longer counted. */
async function read(parts: Parts, { incident: { tenant }, now, ctx }: StepView) {
  const { settings, store } = parts
  const intents = await store.counter(tenant, intentsCounter, ctx)
  const bound = {
    since: now - settings.decision.lookBackMs,
    waitedMs: longestWaitMs(settings),
    most: mostOfHistory,
  }
  return { intents, history: await readPast(parts, tenant, bound, ctx) }
}
