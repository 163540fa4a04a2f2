import type { Action, CallContext } from '@mendkit/core'
import { z } from 'zod'
import { type Autoscaler, autoscalerOf } from './autoscaler.ts'
import { resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import type { Look } from './patch-definition.ts'
import { DEPLOYMENT, STATEFUL_SET } from './target.ts'

const stateSchema = z.strictObject({ replicas: z.number().int().min(0) })

/**
 * Gives a workload a number of replicas, by one patch of the object itself, which carries the mark too. Refused when an
 * autoscaler keeps the number, naming it. High risk to zero, and for a StatefulSet that gets smaller; low for one replica
 * more or less. Where nobody can say whether there is an autoscaler it raises the doubt `autoscaler-unreadable`.
 */
export function scale(scope: Scope): Action {
  return conditionalPatch(scope, {
    type: 'kubernetes.scale',
    description: 'Gives a workload this number of replicas, where no autoscaler does.',
    risk: 'low',
    kinds: [DEPLOYMENT, STATEFUL_SET],
    params: z.strictObject({
      replicas: z.number().int().min(0).max(scope.maxReplicas).describe('how many replicas it is to have'),
    }),
    state: stateSchema,
    undo: 'restore-before',
    look: (object, { params }, context) => look(scope, object, params, context),
    changes: (_, { replicas }) => [{ path: ['spec', 'replicas'], to: replicas }],
    said: ({ replicas }) => ({ reason: 'MendkitScale', message: `Scaled to ${replicas} replicas` }),
  })
}

async function look(
  scope: Scope,
  object: KubernetesObject,
  after: z.output<typeof stateSchema>,
  context: CallContext,
): Promise<Look<z.output<typeof stateSchema>>> {
  const before = { replicas: parseWorkload(object).counts.desired }
  const autoscaler = await autoscalerOf(scope, object, context)
  const change = after.replicas - before.replicas
  const stateful = object.kind === 'StatefulSet' && change < 0
  const zero = after.replicas === 0 && change !== 0
  return {
    before,
    after,
    refused: autoscaler === undefined || autoscaler === 'unreadable' ? undefined : refusalOf(autoscaler),
    blastRadius: { resources: [resourceOf(scope, object)], replicas: Math.abs(change) },
    pods: { workload: object, down: Math.max(0, -change) },
    risk: zero || stateful ? 'high' : Math.abs(change) > 1 ? 'medium' : 'low',
    doubts: [...(stateful ? ['stateful'] : []), ...(autoscaler === 'unreadable' ? ['autoscaler-unreadable'] : [])],
    notes:
      change === 0
        ? []
        : [`${Math.abs(change)} ${change < 0 ? 'fewer' : 'more'} ${zero ? '(none is left)' : ''}`.trim()],
  }
}

function refusalOf({ object, minReplicas, maxReplicas }: Autoscaler): string {
  return (
    `HorizontalPodAutoscaler ${object.metadata.name} keeps it between ${minReplicas} and ${maxReplicas} replicas and ` +
    'would put the change back; change its bounds with kubernetes.set-autoscaler-bounds instead'
  )
}
