import { createHash } from 'node:crypto'
import { type Confidence, describeResource, type JsonObject, type Resource } from '@mendkit/core'
import canonicalize from 'canonicalize'

/** What was decided about an incident, without ids and words: what a replay must come to again. */
export interface DecisionTrace {
  readonly hypotheses: readonly {
    readonly cause: string
    readonly entity: string | null
    readonly confidence: Confidence
  }[]
  readonly actions: readonly { readonly type: string; readonly target: string | null; readonly params: JsonObject }[]
}

interface Decided {
  readonly hypotheses: readonly {
    readonly cause: string
    readonly rootCause?: Resource
    readonly confidence: Confidence
  }[]
  readonly actions: readonly { readonly type: string; readonly params: JsonObject; readonly target?: Resource }[]
}

/** The trace of a diagnosis. */
export function traceOf({ hypotheses, actions }: Decided): DecisionTrace {
  const named = (resource: Resource | undefined) => (resource === undefined ? null : describeResource(resource))
  return {
    hypotheses: hypotheses.map(({ cause, rootCause, confidence }) => ({ cause, entity: named(rootCause), confidence })),
    actions: actions.map(({ type, target, params }) => ({ type, target: named(target), params })),
  }
}

/** SHA-256 of a trace's canonical JSON (RFC 8785), hex. */
export function traceHash(trace: DecisionTrace): string {
  return createHash('sha256')
    .update(canonicalize(trace) ?? '')
    .digest('hex')
}

/** What stands in one trace and not in the other. */
export interface TraceDifference {
  readonly what: 'hypothesis' | 'action'
  readonly is: 'gone' | 'new'
  readonly which: string
}

/** How two traces differ, in the order of the first and then of the second. Equal ones in another order are a difference, too. */
export function differences(before: DecisionTrace, after: DecisionTrace): readonly TraceDifference[] {
  return [
    ...between('hypothesis', before.hypotheses, after.hypotheses),
    ...between('action', before.actions, after.actions),
  ]
}

function between(
  what: TraceDifference['what'],
  before: readonly object[],
  after: readonly object[],
): TraceDifference[] {
  const place = (each: object, index: number) => `${index + 1}. ${canonicalize(each)}`
  const [old, now] = [before.map(place), after.map(place)]
  return [
    ...old.filter((each) => !now.includes(each)).map((which) => ({ what, is: 'gone' as const, which })),
    ...now.filter((each) => !old.includes(each)).map((which) => ({ what, is: 'new' as const, which })),
  ]
}
