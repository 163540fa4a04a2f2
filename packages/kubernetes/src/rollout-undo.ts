import { type Action, type CallContext, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { readRollout, resourceOf } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { keyedDigester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { parseWorkload, templateJson } from './parse-workload.ts'
import type { Look } from './patch-definition.ts'
import type { Revision } from './rollout.ts'
import { findRevision, type RolloutState, stateDigest, stateOf } from './rollout-state.ts'
import { DEPLOYMENT } from './target.ts'

const TEMPLATE = ['spec', 'template']

const stateSchema = z.strictObject({ replicaSet: z.string(), name: z.string(), template: z.string() })

/**
 * Returns a Deployment to the pod template of one of its earlier ReplicaSets, by one conditional patch. Refused when the
 * Deployment is paused, when the ReplicaSet is gone, and when Argo CD, Flux or an operator manages it. Raises the doubt
 * `readiness-of-target-unproven` unless pods of that ReplicaSet are ready now.
 */
export function rolloutUndo(scope: Scope): Action {
  return conditionalPatch(scope, {
    type: 'kubernetes.rollout-undo',
    description: 'Returns a Deployment to the pod template of an earlier revision.',
    risk: 'medium',
    kinds: [DEPLOYMENT],
    params: z.strictObject({
      replicaSet: z
        .string()
        .regex(/^[0-9A-Za-z-]{1,64}$/, 'must be a UID, which has no room for words')
        .describe('UID of the ReplicaSet whose pod template the Deployment returns to'),
    }),
    state: stateSchema,
    undo: 'restore-before',
    rollsBack: true,
    shown: TEMPLATE,
    look: (object, { params }, context) => look(scope, object, params.replicaSet, context),
    async changes(object, to, context) {
      const { template } = await revisionOf(scope, object, to, context)
      return [{ path: TEMPLATE, to: templateJson(template) }]
    },
    rollout: (_, to) => to.replicaSet,
    said: ({ name }) => ({
      reason: 'MendkitRolloutUndo',
      message: `Returned to the pod template of ReplicaSet ${name}`,
    }),
  })
}

async function look(
  scope: Scope,
  object: KubernetesObject,
  replicaSet: string,
  context: CallContext,
): Promise<Look<RolloutState>> {
  const deployment = parseWorkload(object)
  const { current, earlier } = await readRollout(scope.read, deployment, context)
  const to = [current, ...earlier].find((revision) => revision?.uid === replicaSet)
  const digest = keyedDigester(scope.digestKey)
  return {
    before: current && stateOf(current, digest),
    after: to && stateOf(to, digest),
    refused: refusalOf(deployment.paused, current, to),
    alreadySo: to !== undefined && current?.uid === to.uid,
    reads: {
      template: digest('spec.template', deployment.template),
      paused: deployment.paused,
      selector: digest('spec.selector', deployment.selector),
    },
    // Pods go and come by the rollout's own rules, so no more are missing at once than those allow.
    blastRadius: { resources: [resourceOf(scope, object)], replicas: Math.max(1, deployment.maxUnavailable) },
    doubts: to !== undefined && to.ready === 0 ? ['readiness-of-target-unproven'] : [],
  }
}

function refusalOf(paused: boolean, current: Revision | undefined, to: Revision | undefined): string | undefined {
  if (paused) return 'the Deployment is paused'
  if (to === undefined) return 'the ReplicaSet to return to is gone'
  return current === undefined ? 'the rollout of the Deployment has not begun yet' : undefined
}

async function revisionOf(
  scope: Scope,
  object: KubernetesObject,
  to: RolloutState,
  context: CallContext,
): Promise<Revision> {
  const revision = await findRevision(scope, parseWorkload(object), to.replicaSet, context)
  if (revision === undefined || stateDigest(revision, keyedDigester(scope.digestKey)) !== to.template) {
    throw new MendkitError('rejected', `ReplicaSet ${to.name} is gone, or is no longer what was approved`)
  }
  return revision
}
