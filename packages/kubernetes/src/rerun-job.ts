import {
  type Action,
  type CallContext,
  defineAction,
  describeResource,
  type EffectInput,
  MendkitError,
  type Observation,
  type Preview,
} from '@mendkit/core'
import { z } from 'zod'
import { announceEffect } from './announce.ts'
import { effectFailure } from './effect-failure.ts'
import { actingClient, parseGuard, readTarget } from './guard.ts'
import { failureOf } from './kubernetes-failure.ts'
import { readMark } from './mark.ts'
import type { Scope } from './options.ts'
import { rerunOf } from './rerun-manifest.ts'
import { previewRerun, rerunState } from './rerun-preview.ts'
import { checkTarget, JOB } from './target.ts'

const TYPE = 'kubernetes.rerun-job'

/**
 * Runs a Job that failed again: makes a new Job of the same template, under a name that follows from the failed one, so
 * that one Job is run again once. Its CronJob keeps it as its own. High risk, for what its pods do stays done.
 *
 * The request cannot depend on the failed Job, which is therefore read right before, and nothing can make it fail once it is
 * under way. So there is no `invalidate`: it always asks, and where its answer is lost and no new Job is seen, a person is called.
 */
export function rerunJob(scope: Scope): Action {
  return defineAction({
    type: TYPE,
    description: 'Runs a Job that failed again, as a new Job of the same template.',
    risk: 'high',
    params: z.strictObject({}),
    undo: { irreversible: 'what the pods of a Job have done stays done' },
    preview: (input, context): Promise<Preview> =>
      previewRerun(scope, { ...input, target: checkTarget(scope, TYPE, [JOB], input.target) }, context),
    execute: (input, context) => execute(scope, input, context),
    observe: (input, context) => observe(scope, input, context),
    announce: (input, context) =>
      announceEffect(
        scope,
        input,
        { reason: 'MendkitRerunJob', message: `Run again as Job ${nameIn(input)}` },
        context,
      ),
  })
}

type Effect = Pick<EffectInput, 'target' | 'preview' | 'executionId'>

function nameIn({ preview }: Pick<Effect, 'preview'>): string {
  const { again } = rerunState.parse(preview.after)
  if (again === null) throw new MendkitError('invalid', 'the preview names no new Job', { path: 'after' })
  return again
}

async function execute(scope: Scope, effect: Effect, context: CallContext): Promise<void> {
  const { target, preview, executionId } = effect
  const acting = actingClient(scope)
  const guard = parseGuard(preview.guard)
  const object = await readTarget(scope, target, context)
  if (object?.metadata.uid !== guard.uid || object.metadata.resourceVersion !== guard.resourceVersion) {
    throw new MendkitError('conflict', `${describeResource(target)} is no longer as it was previewed`)
  }
  const { manifest } = rerunOf(object, executionId)
  try {
    await acting.create(manifest, { executionId }, context)
  } catch (error) {
    const isTaken = failureOf(error)?.reason === 'AlreadyExists'
    if (isTaken && (await isOurs(scope, effect, context))) return
    throw effectFailure(error)
  }
}

async function isOurs(scope: Scope, effect: Effect, context: CallContext): Promise<boolean> {
  const again = await readTarget(scope, { ...effect.target, name: nameIn(effect) }, context)
  return again !== undefined && readMark(again)?.execution === effect.executionId
}

/**
 * The new Job carries our mark from its first moment. That it is not there proves nothing once the failed one is gone too,
 * which somebody has then cleared away.
 */
async function observe(scope: Scope, effect: Effect, context: CallContext): Promise<Observation> {
  const { target, executionId } = effect
  const again = await readTarget(scope, { ...target, name: nameIn(effect) }, context)
  if (again !== undefined) return readMark(again)?.execution === executionId ? 'applied' : 'unknown'
  const object = await readTarget(scope, target, context)
  return object?.metadata.uid === target.uid ? 'not-applied' : 'unknown'
}
