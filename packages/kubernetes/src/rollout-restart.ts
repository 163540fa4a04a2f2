import type { Action } from '@mendkit/core'
import { z } from 'zod'
import { conditionalPatch } from './conditional-patch.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { lookAtRollout, ROLLED_OUT, rolloutMark } from './template-change.ts'

/** The annotation that `kubectl rollout restart` writes, so that tools that know it know ours. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt'
const ANNOTATIONS = ['spec', 'template', 'metadata', 'annotations']

/**
 * Replaces all pods of a workload by new ones of the same template, as its rollout rules say. Refused while a Deployment is
 * paused, and where pods are only replaced when somebody deletes them. High risk for a StatefulSet.
 */
export function rolloutRestart(scope: Scope): Action {
  return conditionalPatch(scope, {
    type: 'kubernetes.rollout-restart',
    description: 'Replaces all pods of a workload, as its rollout rules say.',
    risk: 'medium',
    kinds: ROLLED_OUT,
    params: z.strictObject({}),
    state: z.strictObject({ restartedAt: z.string().nullable() }),
    undo: { irreversible: 'pods that were replaced do not come back, and what they held in memory is gone' },
    look(object, { mintedAt }) {
      const restartedAt = `${new Date(mintedAt).toISOString().slice(0, 19)}Z`
      return {
        ...lookAtRollout(scope, object),
        before: { restartedAt: annotationsOf(object)[RESTARTED_AT] ?? null },
        after: { restartedAt },
        notes: [`every pod of ${object.kind} ${object.metadata.name} is replaced, with ${restartedAt} as its mark`],
      }
    },
    changes(object, { restartedAt }) {
      const { [RESTARTED_AT]: _, ...others } = annotationsOf(object)
      const to = restartedAt === null ? others : { ...others, [RESTARTED_AT]: restartedAt }
      return [{ path: ANNOTATIONS, to }]
    },
    rollout: rolloutMark(scope),
    said: () => ({ reason: 'MendkitRolloutRestart', message: 'Restarted: every pod is replaced by a new one' }),
  })
}

function annotationsOf(object: KubernetesObject): Readonly<Record<string, string>> {
  return parseWorkload(object).template.metadata?.annotations ?? {}
}
