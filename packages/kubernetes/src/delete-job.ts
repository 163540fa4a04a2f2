import type { Action } from '@mendkit/core'
import { z } from 'zod'
import { budgetsOf } from './disruption-budgets.ts'
import { fenceText, invalidateGuard, parseGuard } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { managersOf, ownerRefusal } from './managed-by.ts'
import type { Scope } from './options.ts'
import { parseJob } from './parse-job.ts'
import { type RemovalView, removalAction } from './removal.ts'
import { JOB } from './target.ts'

const paramsSchema = z.strictObject({
  unfinished: z
    .boolean()
    .default(false)
    .describe('also when it has neither completed nor failed yet: its pods are stopped'),
})

/**
 * Deletes a Job, and its pods after it. Refused while it has neither completed nor failed, unless `unfinished` says
 * otherwise: then its risk is high. Cannot be undone. Whose deletion it was nobody can tell, so it ends as `gone`.
 */
export function deleteJob(scope: Scope): Action {
  return removalAction(scope, {
    type: 'kubernetes.delete-job',
    description: 'Deletes a Job that has ended, and its pods.',
    risk: 'medium',
    kind: JOB,
    params: paramsSchema,
    undo: { irreversible: 'a Job that is gone does not come back, nor do the logs of its pods' },
    subject: 'job',
    done: 'deleted',
    said: { reason: 'MendkitDeleteJob', message: 'Deleted, with its pods' },
    refusal: (object, _, { unfinished }) => ownerRefusal(object) ?? (unfinished ? undefined : goingOn(object)),
    async view(object, _, context) {
      const { namespace } = object.metadata
      const budgets = await budgetsOf(scope, { namespace, labels: parseJob(object).podLabels }, context)
      return viewOf(object, budgets)
    },
    remove: (client, job, guard, options, context) => client.delete({ ...JOB, ...job }, guard, options, context),
    invalidate: (input, context) =>
      invalidateGuard(scope, input.target, parseGuard(input.preview.guard), fenceText(input), context),
  })
}

function goingOn(object: KubernetesObject): string | undefined {
  const { ended, active } = parseJob(object)
  return ended === undefined ? `the Job has neither completed nor failed (${active} pods are active)` : undefined
}

function viewOf(object: KubernetesObject, budgets: RemovalView['budgets']): RemovalView {
  const { ended, because, active, ready } = parseJob(object)
  const state = ended === 'failed' ? `failed (${because ?? 'no reason'})` : (ended ?? 'unfinished')
  return {
    words: [`Job ${object.metadata.name}: ${state} → deleted, with its pods and their logs`],
    replicas: active,
    budgets,
    ready,
    risk: ended === undefined ? 'high' : undefined,
    reads: { ended: ended ?? null },
    managedBy: managersOf(object),
  }
}
