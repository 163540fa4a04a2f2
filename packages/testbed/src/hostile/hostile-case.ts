import type { CallContext, CitableFact, Investigation } from '@mendkit/core'
import type { Scenery } from './scenery.ts'

/** What a model that lies knows when it answers. */
export interface Sight {
  readonly scenery: Scenery
  readonly facts: readonly CitableFact[]
}

/** One answer that no analyzer should give. */
export interface HostileCase {
  /** What is wrong with it, for the report. */
  readonly kind: string
  /** Gives the answer, or throws it; at once or later. */
  readonly answer: (investigation: Investigation, ctx: CallContext) => unknown
  /** What a refusal may name: one of these must be in its words. */
  readonly names: readonly RegExp[]
  /** What is wrong is only in fields that nobody reads, so that the rest may be acted on. @default false */
  readonly harmless?: boolean
}

/** An answer under construction: the shape of an `Analysis`, and anything in it. */
export interface Draft {
  hypotheses: DraftClaim[]
  actions: DraftClaim[]
  [field: string]: unknown
}

/** A hypothesis or an action under construction. */
export type DraftClaim = Record<string, unknown>

/** Facts of three kinds that speak for a rollback. */
export const tellingFacts = [
  'pods.current.crash-looping',
  'rollout.started-at',
  'rollout.previous-replica-set',
  'rollout.complete',
]

/** The answer of an honest analyzer: go back to the pods that ran well, citing what was seen. */
export function honest({ scenery, facts }: Sight): Draft {
  const citations = tellingFacts.flatMap((name) => facts.find((fact) => fact.name === name)?.citation ?? [])
  return {
    hypotheses: [{ cause: 'bad-rollout', summary: 'It crashes since its last rollout.', citations }],
    actions: [actionOn(scenery.checkout, 'kubernetes.rollout-undo', { replicaSet: scenery.goodReplicaSet }, citations)],
  }
}

/** An action as an analyzer proposes it. */
export function actionOn(target: unknown, type: unknown, params: unknown, citations: unknown): DraftClaim {
  return { type, params, target, citations }
}

/** An honest diagnosis with another action. */
export function proposing(
  sight: Sight,
  type: unknown,
  params: unknown,
  target: unknown = sight.scenery.checkout,
): Draft {
  const draft = honest(sight)
  draft.actions = [actionOn(target, type, params, draft.hypotheses[0]?.['citations'])]
  return draft
}
