import { type Action, type CallContext, type Resource, resourceKey } from '@mendkit/core'
import { z } from 'zod'
import { type Autoscaler, parseAutoscaler } from './autoscaler.ts'
import { resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import { readTarget } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import type { Look } from './patch-definition.ts'
import { AUTOSCALER, DEPLOYMENT, STATEFUL_SET } from './target.ts'

type Bounds = z.output<typeof stateSchema>

const stateSchema = z.strictObject({ min: z.number().int(), max: z.number().int() })
const SCALED = [DEPLOYMENT, STATEFUL_SET]

/**
 * Gives a HorizontalPodAutoscaler its lower and upper bound, both at once. The locks and the blast radius are those of the
 * workload that it scales, which must be a Deployment or StatefulSet that exists. A higher upper bound raises the doubt
 * `capacity-unproven`: no API says whether the nodes have room.
 */
export function setAutoscalerBounds(scope: Scope): Action {
  const bound = z.number().int().min(1).max(scope.maxReplicas)
  return conditionalPatch(scope, {
    type: 'kubernetes.set-autoscaler-bounds',
    description: 'Gives an autoscaler the least and the most replicas that it may ask for.',
    risk: 'medium',
    kinds: [AUTOSCALER],
    params: z
      .strictObject({ min: bound.describe('least replicas'), max: bound.describe('most replicas') })
      .refine(({ min, max }) => min <= max, { path: ['max'], error: 'must not be below min' }),
    state: stateSchema,
    undo: 'restore-before',
    look: (object, { params }, context) => look(scope, parseAutoscaler(object), params, context),
    changes: (_, { min, max }) => [
      { path: ['spec', 'minReplicas'], to: min },
      { path: ['spec', 'maxReplicas'], to: max },
    ],
    said: ({ min, max }) => ({
      reason: 'MendkitSetAutoscalerBounds',
      message: `May ask for ${min} to ${max} replicas`,
    }),
  })
}

async function look(scope: Scope, autoscaler: Autoscaler, after: Bounds, context: CallContext): Promise<Look<Bounds>> {
  const { object, minReplicas, maxReplicas, scales } = autoscaler
  const before = { min: minReplicas, max: maxReplicas }
  const own = resourceOf(scope, object)
  const { apiVersion, kind, name } = scales
  const named: Resource = { cluster: scope.cluster, apiVersion, kind, namespace: String(own.namespace), name }
  const known = SCALED.some((each) => each.apiVersion === apiVersion && each.kind === kind)
  const workload = known ? await readTarget(scope, named, context) : undefined
  const scaled = workload === undefined ? named : resourceOf(scope, workload)
  return {
    before,
    after,
    refused:
      workload === undefined
        ? `it scales ${kind} ${name}, which is ${known ? 'gone' : 'no Deployment or StatefulSet'}`
        : undefined,
    heard: workload === undefined ? [] : [workload],
    reads: { scales: resourceKey(scaled) },
    lockKeys: [resourceKey(scaled), resourceKey(own)],
    blastRadius: { resources: [own, scaled], replicas: workload === undefined ? 0 : reach(workload, before, after) },
    pods: workload && { workload, down: loss(workload, before, after) },
    risk: workload?.kind === 'StatefulSet' && after.max < before.max ? 'high' : undefined,
    doubts: after.max > before.max ? ['capacity-unproven'] : [],
    notes: [`it scales ${kind} ${name}`],
  }
}

/** How many replicas may be taken away or added because of it. */
function reach(workload: KubernetesObject, before: Bounds, after: Bounds): number {
  const { desired } = parseWorkload(workload).counts
  const forced = Math.abs(Math.min(Math.max(desired, after.min), after.max) - desired)
  return Math.max(forced, after.max - before.max, before.min - after.min)
}

/** How many of them it may take away. */
function loss(workload: KubernetesObject, before: Bounds, after: Bounds): number {
  const { desired } = parseWorkload(workload).counts
  return Math.max(0, desired - after.max, before.min - after.min)
}
