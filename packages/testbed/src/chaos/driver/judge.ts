import type { Execution, Incident, MendkitEvent } from '@mendkit/core'
import type { Effect } from '../world/world.ts'
import type { Ledger } from './ledger.ts'

/** Everything that a judgement rests on: what the cluster recorded, what was promised, and what the store has in the end. */
export interface Facts {
  readonly effects: readonly Effect[]
  readonly ledger: Ledger
  readonly log: readonly MendkitEvent[]
  readonly verified: boolean
  readonly executions: readonly Execution[]
  readonly incidents: readonly Incident[]
}

/** What was found, each finding in words. */
export interface Judgement {
  readonly doubleEffects: readonly string[]
  readonly lost: readonly string[]
  readonly stuck: readonly string[]
  readonly unaudited: readonly string[]
}

/** Phases in which nothing is left to do but for a person. A question to a person is answered by the driver. */
export const atRest: ReadonlySet<string> = new Set(['resolved', 'closed', 'escalated', 'handed-over', 'suggested'])
const underWay = new Set(['intent', 'unknown', 'observed', 'verifying'])

/** Judges what a run left behind. */
export function judge(facts: Facts): Judgement {
  const unfinished = facts.executions.filter(({ state }) => underWay.has(state))
  const restless = facts.incidents.filter(({ phase }) => !atRest.has(phase))
  return {
    doubleEffects: doubleEffects(facts),
    lost: [...lostEntries(facts), ...lostAlerts(facts), ...lostApprovals(facts)],
    stuck: [
      ...unfinished.map(({ id, state }) => `execution ${id} is still ${state}`),
      ...restless.map(({ id, phase }) => `incident ${id} is still ${phase}`),
    ],
    unaudited: [...(facts.verified ? [] : ['the log does not verify']), ...unauditedEffects(facts)],
  }
}

/**
 * One effect too many: the second of an execution, one of an execution that was called *not happened*, or the second on a
 * target, each of which went wrong only once, unless it undoes the first.
 */
function doubleEffects({ effects, executions }: Facts): readonly string[] {
  const known = new Map(executions.map((execution) => [execution.id, execution]))
  const done = new Set<string | undefined>()
  const mended = new Set<string>()
  return effects.flatMap(({ executionId, target }) => {
    const execution = known.get(executionId ?? '')
    const reasons = [
      done.has(executionId) ? 'is the second of its execution' : [],
      execution?.state === 'no-effect' ? 'is of an execution that was called without effect' : [],
      mended.has(target) && execution?.undoes === undefined ? 'is the second on its target' : [],
    ].flat()
    done.add(executionId)
    mended.add(target)
    return reasons.length === 0 ? [] : [`the effect of ${executionId} on ${target} ${reasons.join(', and ')}`]
  })
}

function lostEntries({ ledger, log }: Facts): readonly string[] {
  const stored = new Map(log.map(({ seq, type, subject }) => [seq, `${type} about ${subject.id}`]))
  return ledger.entries.flatMap(({ seq, type, subject }) => {
    const promised = `${type} about ${subject}`
    const found = stored.get(seq)
    return found === promised ? [] : [`entry ${seq} was committed as ${promised}, and is ${found ?? 'not there'}`]
  })
}

function lostAlerts({ ledger, incidents }: Facts): readonly string[] {
  const known = new Set(incidents.map(({ resource }) => resource?.name))
  return ledger.alerts.flatMap((name) =>
    known.has(name) ? [] : [`the alert of ${name} was taken, and has no incident`],
  )
}

function lostApprovals({ ledger, log }: Facts): readonly string[] {
  const given = new Set(
    log.flatMap(({ type, data, subject }) => (type === 'command-given' && data.kind === 'approve' ? [subject.id] : [])),
  )
  return ledger.approvals.flatMap(({ id, incidentId }) =>
    given.has(incidentId) ? [] : [`approval ${id} of incident ${incidentId} was taken, and is in no entry`],
  )
}

/** Effects whose intent or whose outcome is not in the log. */
function unauditedEffects({ effects, log }: Facts): readonly string[] {
  const intended = new Set<string | undefined>()
  const observed = new Set<string | undefined>()
  for (const { type, data } of log) {
    if (type === 'execution-intended') intended.add(data.execution)
    if (type === 'execution-observed' && data.outcome === 'applied') observed.add(data.execution)
  }
  return effects.flatMap(({ executionId, target }) => {
    const missing = [intended.has(executionId) ? [] : 'intent', observed.has(executionId) ? [] : 'outcome'].flat()
    return missing.length === 0 ? [] : [`the effect of ${executionId} on ${target} has no ${missing.join(' and no ')}`]
  })
}
