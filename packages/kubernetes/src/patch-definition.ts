import type { ActionInput, BlastRadius, CallContext, Json, Risk, Schema, UndoMode } from '@mendkit/core'
import type { z } from 'zod'
import { MARK_ANNOTATION } from './annotations.ts'
import type { Disruption } from './disruption.ts'
import { changeOperations, type FieldChange, withChange } from './field-change.ts'
import { guardOf, guardTests, setAnnotation } from './guard.ts'
import type { JsonPatchOperation, KubernetesObject } from './kubernetes-client.ts'
import { markText, readMark } from './mark.ts'
import type { TargetKind } from './target.ts'

/** What an action sees in its target, and what it would make of it. */
export interface Look<State extends Json> {
  /** Undefined where there is none, which `refused` must explain. */
  readonly before: State | undefined
  readonly after: State | undefined
  /** Why it must not be done, whatever the dry run says. */
  readonly refused?: string | undefined
  /** @default whether before and after are the same */
  readonly alreadySo?: boolean
  /** Further fields that an approval is bound to, beside before and after. */
  readonly reads?: { readonly [field: string]: Json }
  readonly blastRadius: BlastRadius
  /** Whose pods may go because of it, and how many at once. @default nobody's */
  readonly pods?: { readonly workload: KubernetesObject; readonly down: number } | undefined
  /** The same, where the look has worked it out. */
  readonly disruption?: Disruption
  readonly risk?: Risk | undefined
  readonly doubts?: readonly string[]
  /** Objects beside the target and its namespace whose owners have a word to say. */
  readonly heard?: readonly KubernetesObject[]
  /** @default the target */
  readonly lockKeys?: readonly string[]
  /** What people should know beside the difference. */
  readonly notes?: readonly string[]
}

/**
 * An action whose one effect is one patch of its target, conditional on UID, version and old values. The patch carries the
 * mark by which the effect is found again.
 */
export interface ConditionalPatch<Params, State extends Json> {
  readonly type: string
  readonly description: string
  readonly risk: Risk
  readonly kinds: readonly TargetKind[]
  readonly params: Schema<Params>
  readonly state: z.ZodType<State>
  readonly undo: UndoMode
  /** It takes back what somebody else did, so owners who forbid rollbacks want a person to approve it. @default false */
  readonly rollsBack?: boolean
  /** Which part of the object the difference shows. @default ['spec'] */
  readonly shown?: readonly string[]
  /** Reads what it needs beside the target. */
  look(object: KubernetesObject, input: ActionInput<Params>, context: CallContext): Promise<Look<State>> | Look<State>
  /** The fields that bring an object into a state. Throws `rejected` when there is no way to it any more. */
  changes(
    object: KubernetesObject,
    to: State,
    context: CallContext,
  ): Promise<readonly FieldChange[]> | readonly FieldChange[]
  /** The state that a dry run led to, when the API server may write it in other words. @default `after` */
  readonly read?: (result: KubernetesObject, after: State) => State | undefined
  /** The rollout that the patch begins, as a mark names it. @default the one that the last mark names */
  readonly rollout?: (wanted: KubernetesObject, to: State) => string
  /** The Event that it leaves on its target. */
  said(after: State): { readonly reason: string; readonly message: string }
}

/** The patch that brings an object into a state and marks it, if nobody has touched it since it was read. */
export function patchOperations<Params, State extends Json>(
  { rollout }: Pick<ConditionalPatch<Params, State>, 'rollout'>,
  object: KubernetesObject,
  to: State,
  changes: readonly FieldChange[],
  executionId: string,
): readonly JsonPatchOperation[] {
  const mark = {
    execution: executionId,
    rollout: rollout?.(changes.reduce(withChange, object), to) ?? readMark(object)?.rollout,
  }
  return [
    ...guardTests(guardOf(object)),
    ...changes.flatMap((change) => changeOperations(object, change)),
    ...setAnnotation(object, MARK_ANNOTATION, markText(mark)),
  ]
}
