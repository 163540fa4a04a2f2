import type { Action } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import { keyedDigester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { DEPLOYMENT } from './target.ts'

/** Stops the rollout of a Deployment where it is: pods of two revisions stay beside each other until it is resumed. */
export function rolloutPause(scope: Scope): Action {
  return pausing(scope, true, {
    type: 'kubernetes.rollout-pause',
    description: 'Stops the rollout of a Deployment where it is.',
  })
}

/** Lets a paused Deployment roll out whatever its template says by now. Medium risk when pods are still to be replaced. */
export function rolloutResume(scope: Scope): Action {
  return pausing(scope, false, {
    type: 'kubernetes.rollout-resume',
    description: 'Lets a paused Deployment roll out what its template says.',
  })
}

interface Words {
  readonly type: string
  readonly description: string
}

function pausing(scope: Scope, paused: boolean, { type, description }: Words): Action {
  return conditionalPatch(scope, {
    type,
    description,
    risk: 'low',
    kinds: [DEPLOYMENT],
    params: z.strictObject({}),
    state: z.strictObject({ paused: z.boolean() }),
    undo: 'restore-before',
    look(object) {
      const workload = parseWorkload(object)
      const { updated, total } = workload.counts
      // Only a rollout that goes on replaces pods, by its own rules.
      const goesOn = !paused && (updated !== total || !workload.observed)
      const replicas = goesOn ? Math.max(1, workload.maxUnavailable) : 0
      return {
        before: { paused: workload.paused },
        after: { paused },
        reads: { template: keyedDigester(scope.digestKey)('spec.template', workload.template) },
        risk: goesOn ? 'medium' : 'low',
        blastRadius: { resources: [resourceOf(scope, object)], replicas },
        pods: { workload: object, down: replicas },
        notes: goesOn ? [`${total - updated} of ${total} pods are still to be replaced`] : [],
      }
    },
    // The API server leaves `false` out, and so does this.
    changes: (_, to) => [{ path: ['spec', 'paused'], to: to.paused ? true : undefined }],
    said: (after) =>
      after.paused
        ? { reason: 'MendkitRolloutPause', message: 'Paused: its rollout stops where it is' }
        : { reason: 'MendkitRolloutResume', message: 'Resumed: it rolls out what its template says' },
  })
}
