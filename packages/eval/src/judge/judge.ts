import { type Confidence, describeResource, type PartialReason } from '@mendkit/core'
import type { FoundIncident, Outcome } from '../play/outcome.ts'
import type { Scenario } from '../scenario/schema.ts'
import { type Fault, holdsRightFix, namesCause, namesRootEntity } from './matches.ts'

/** What a scenario came to, judged by its truth: one object of `mendkit eval --json`. */
export interface ScenarioResult {
  readonly scenario: string
  readonly title: string
  /** False for a no-fault control. */
  readonly fault: boolean
  /** Where the fault can be seen; null for a control. */
  readonly visibleIn: 'kubernetes' | 'elsewhere' | null
  /** Root entity and cause of the likeliest hypothesis are right; null for a control. */
  readonly top1: boolean | null
  /** The same of any of the first three. */
  readonly top3: boolean | null
  /** The root entity of the likeliest hypothesis is right, whatever its cause. */
  readonly entityTop1: boolean | null
  /** No hypothesis was made. Right for a control. */
  readonly abstained: boolean
  /** Why a model did not say all that it could have, such as `model-failed`; null when it did, or none was asked. */
  readonly partial: { readonly reason: PartialReason; readonly words: string } | null
  /** A control for which a hypothesis was made or an action proposed. */
  readonly falseAlarm: boolean
  /** Whether the right fix was proposed; null where the catalogue has none. */
  readonly rightFix: boolean | null
  /** Of the leading incident, the likeliest first. */
  readonly hypotheses: readonly {
    readonly cause: string
    readonly entity: string | null
    readonly confidence: Confidence
  }[]
  readonly actions: readonly { readonly type: string; readonly target: string | null }[]
  readonly incidents: number
  readonly tokens: number
  readonly calls: number
  readonly microUsd: number
  /** Time in calls of models. */
  readonly modelMs: number
  /** Real time of the whole play without calls of models. */
  readonly ownMs: number
}

/** Judges an outcome by entity and cause codes alone. The leading incident is the one that most alerts joined. */
export function judge({ id, title, truth }: Scenario, { incidents, ms }: Outcome): ScenarioResult {
  const hypotheses = incidents[0]?.hypotheses ?? []
  const actions = incidents.flatMap((each) => each.actions)
  const abstained = incidents.every((each) => each.hypotheses.length === 0)
  const spent = sumOf(incidents)
  const facts = {
    scenario: id,
    title,
    abstained,
    partial: incidents.find((each) => each.partial !== undefined)?.partial ?? null,
    hypotheses: hypotheses.map(({ cause, rootCause, confidence }) => ({
      cause,
      entity: rootCause === undefined ? null : describeResource(rootCause),
      confidence,
    })),
    actions: actions.map(({ type, target }) => ({
      type,
      target: target === undefined ? null : describeResource(target),
    })),
    incidents: incidents.length,
    ...spent,
    ownMs: Math.max(0, Math.round(ms - spent.modelMs)),
  }
  if ('noFault' in truth) {
    const nothing = { fault: false, visibleIn: null, top1: null, top3: null, entityTop1: null, rightFix: null }
    return { ...facts, ...nothing, falseAlarm: !abstained || actions.length > 0 }
  }
  const isRight = hypotheses.map((each) => namesRootEntity(each, truth) && namesCause(each, truth))
  return {
    ...facts,
    fault: true,
    visibleIn: truth.visibleIn,
    top1: isRight[0] ?? false,
    top3: isRight.slice(0, 3).includes(true),
    entityTop1: hypotheses[0] !== undefined && namesRootEntity(hypotheses[0], truth),
    falseAlarm: false,
    rightFix: fixOf(truth, actions),
  }
}

function fixOf({ fix }: Fault, actions: Parameters<typeof holdsRightFix>[0]): boolean | null {
  return fix === undefined ? null : holdsRightFix(actions, fix)
}

function sumOf(incidents: readonly FoundIncident[]) {
  const all = incidents.flatMap(({ spending }) => spending ?? [])
  const sum = (of: (each: (typeof all)[number]) => number) => all.reduce((total, each) => total + of(each), 0)
  return {
    tokens: sum(({ tokens }) => tokens),
    calls: sum(({ calls }) => calls),
    microUsd: sum(({ microUsd }) => microUsd),
    modelMs: sum(({ ms }) => ms),
  }
}
