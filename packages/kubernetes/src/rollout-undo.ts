import {
  type Action,
  type ActionInput,
  type CallContext,
  defineAction,
  type EffectInput,
  MendkitError,
  type Preview,
} from '@mendkit/core'
import { z } from 'zod'
import { announceEffect } from './announce.ts'
import { referenceOf } from './cluster-reader.ts'
import { effectFailure } from './effect-failure.ts'
import { actingClient, fenceText, invalidateGuard, parseGuard, readTarget } from './guard.ts'
import { keyedDigester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { findRevision, rolloutPatch, stateDigest } from './rollout-state.ts'
import { observeRolloutUndo } from './rollout-undo-observation.ts'
import { previewRolloutUndo } from './rollout-undo-preview.ts'
import { checkTarget } from './target.ts'

const TYPE = 'kubernetes.rollout-undo'
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }

const paramsSchema = z.strictObject({
  replicaSet: z.string().min(1).max(64).describe('UID of the ReplicaSet whose pod template the Deployment returns to'),
})
const stateSchema = z.strictObject({ replicaSet: z.string(), name: z.string(), template: z.string() })

/** Parameters of `kubernetes.rollout-undo`. */
type RolloutUndoParams = z.output<typeof paramsSchema>

type Effect = EffectInput<RolloutUndoParams, Preview>

/**
 * Returns a Deployment to the pod template of one of its earlier ReplicaSets, by one conditional patch. Refused when the
 * Deployment is paused, when the ReplicaSet is gone, and when Argo CD, Flux or an operator manages it. Raises the doubt
 * `readiness-of-target-unproven` unless pods of that ReplicaSet are ready now.
 */
export function rolloutUndo(scope: Scope): Action {
  return defineAction({
    type: TYPE,
    description: 'Returns a Deployment to the pod template of an earlier revision.',
    risk: 'medium',
    params: paramsSchema,
    undo: 'restore-before',
    preview: (input: ActionInput<RolloutUndoParams>, context) =>
      previewRolloutUndo(scope, { ...input, target: checkTarget(scope, TYPE, DEPLOYMENT, input.target) }, context),
    execute: (input, context) => execute(scope, input, context),
    observe: (input, context) => observeRolloutUndo(scope, input, context),
    invalidate: (input, context) =>
      invalidateGuard(scope, input.target, parseGuard(input.preview.guard), fenceText(input), context),
    announce: (input, context) => {
      const { name } = stateSchema.parse(input.preview.after)
      const said = { reason: 'MendkitRolloutUndo', message: `Returned to the pod template of ReplicaSet ${name}` }
      return announceEffect(scope, input, said, context)
    },
  })
}

async function execute(scope: Scope, input: Effect, context: CallContext): Promise<void> {
  const { target, preview, executionId } = input
  const acting = actingClient(scope)
  const guard = parseGuard(preview.guard)
  const after = stateSchema.parse(preview.after)
  const object = await readTarget(scope, target, context)
  if (object?.metadata.uid !== guard.uid || object.metadata.resourceVersion !== guard.resourceVersion) {
    throw new MendkitError('conflict', `Deployment ${target.namespace}/${target.name} is no longer as it was previewed`)
  }
  const deployment = parseWorkload(object)
  const revision = await findRevision(scope, deployment, after.replicaSet, context)
  if (revision === undefined || stateDigest(revision, keyedDigester(scope.digestKey)) !== after.template) {
    throw new MendkitError('rejected', `ReplicaSet ${after.name} is gone, or is no longer what was approved`)
  }
  const operations = rolloutPatch(deployment, revision, executionId)
  try {
    await acting.patch(referenceOf(target), { type: 'json', operations }, { executionId }, context)
  } catch (error) {
    throw effectFailure(error)
  }
}
