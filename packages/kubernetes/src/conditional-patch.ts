import {
  type Action,
  type ActionInput,
  type CallContext,
  defineAction,
  describeResource,
  type EffectInput,
  type Json,
  MendkitError,
  type Preview,
} from '@mendkit/core'
import { announceEffect } from './announce.ts'
import { referenceOf } from './cluster-reader.ts'
import { effectFailure } from './effect-failure.ts'
import { actingClient, fenceText, invalidateGuard, parseGuard, readTarget } from './guard.ts'
import type { Scope } from './options.ts'
import { type ConditionalPatch, patchOperations } from './patch-definition.ts'
import { observePatch } from './patch-observation.ts'
import { previewPatch } from './patch-preview.ts'
import { checkTarget } from './target.ts'

/** Makes an action of a conditional patch. */
export function conditionalPatch<Params, State extends Json>(
  scope: Scope,
  definition: ConditionalPatch<Params, State>,
): Action {
  const { type, description, risk, params, undo, kinds } = definition
  return defineAction({
    type,
    description,
    risk,
    params,
    undo,
    preview: (input: ActionInput<Params>, context): Promise<Preview> =>
      previewPatch(scope, definition, { ...input, target: checkTarget(scope, type, kinds, input.target) }, context),
    execute: (input, context) => execute(scope, definition, input, context),
    observe: (input, context) => observePatch(scope, input, context),
    invalidate: (input, context) =>
      invalidateGuard(scope, input.target, parseGuard(input.preview.guard), fenceText(input), context),
    announce: (input, context) =>
      announceEffect(scope, input, definition.said(definition.state.parse(input.preview.after)), context),
  })
}

async function execute<Params, State extends Json>(
  scope: Scope,
  definition: ConditionalPatch<Params, State>,
  { target, preview, executionId }: EffectInput<Params, Preview>,
  context: CallContext,
): Promise<void> {
  const acting = actingClient(scope)
  const guard = parseGuard(preview.guard)
  const after = definition.state.parse(preview.after)
  const object = await readTarget(scope, target, context)
  if (object?.metadata.uid !== guard.uid || object.metadata.resourceVersion !== guard.resourceVersion) {
    throw new MendkitError('conflict', `${describeResource(target)} is no longer as it was previewed`)
  }
  const changes = await definition.changes(object, after, context)
  const operations = patchOperations(definition, object, after, changes, executionId)
  try {
    await acting.patch(referenceOf(target), { type: 'json', operations }, { executionId }, context)
  } catch (error) {
    throw effectFailure(error)
  }
}
