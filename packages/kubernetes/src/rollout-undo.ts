import { type Action, type CallContext, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { readRollout } from './cluster-reader.ts'
import { conditionalPatch } from './conditional-patch.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { keyedDigester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { parseWorkload, templateJson } from './parse-workload.ts'
import type { Look } from './patch-definition.ts'
import { type Revision, revisionsOf } from './rollout.ts'
import { findRevision, type RolloutState, revisionUid, rolloutState, stateDigest, stateOf } from './rollout-state.ts'
import { lookAtRollout, ROLLED_OUT } from './template-change.ts'

const TEMPLATE = ['spec', 'template']
/** What a StatefulSet does unless it manages its pods in parallel. */
const STOPS = 'a StatefulSet waits for each pod to be ready, also on the way back: one that never is must be deleted'

const uid = z.string().regex(/^[0-9A-Za-z-]{1,64}$/, 'must be a UID, which has no room for words')
const paramsSchema = z
  .strictObject({
    replicaSet: uid.optional().describe('of a Deployment: UID of the ReplicaSet whose pod template it returns to'),
    controllerRevision: uid
      .optional()
      .describe('of a StatefulSet or DaemonSet: UID of the ControllerRevision whose pod template it returns to'),
  })
  .refine(({ replicaSet, controllerRevision }) => (replicaSet === undefined) !== (controllerRevision === undefined), {
    path: ['replicaSet'],
    error: 'name either a replicaSet or a controllerRevision',
  })
type Params = z.output<typeof paramsSchema>

/**
 * Returns a workload to the pod template of one of its earlier revisions, by one conditional patch: a Deployment to that of
 * a ReplicaSet, a StatefulSet or DaemonSet to that of a ControllerRevision. Refused when a Deployment is paused, where pods
 * are only replaced when somebody deletes them, when the revision is gone, and when Argo CD, Flux or an operator manages
 * it. Raises the doubt `readiness-of-target-unproven` unless pods of that revision are ready now. High risk for a
 * StatefulSet.
 */
export function rolloutUndo(scope: Scope): Action {
  return conditionalPatch(scope, {
    type: 'kubernetes.rollout-undo',
    description: 'Returns a workload to the pod template of an earlier revision.',
    risk: 'medium',
    kinds: ROLLED_OUT,
    params: paramsSchema,
    state: rolloutState,
    undo: 'restore-before',
    rollsBack: true,
    shown: TEMPLATE,
    look: (object, { params }, context) => look(scope, object, params, context),
    async changes(object, to, context) {
      const { template } = await revisionOf(scope, object, to, context)
      return [{ path: TEMPLATE, to: templateJson(template) }]
    },
    rollout: (_, to) => revisionUid(to),
    said: (to) => ({
      reason: 'MendkitRolloutUndo',
      message: `Returned to the pod template of ${'replicaSet' in to ? 'ReplicaSet' : 'ControllerRevision'} ${to.name}`,
    }),
  })
}

async function look(
  scope: Scope,
  object: KubernetesObject,
  { replicaSet, controllerRevision }: Params,
  context: CallContext,
): Promise<Look<RolloutState>> {
  const workload = parseWorkload(object)
  const revisions = await readRollout(scope.read, workload, context)
  const { current } = revisions
  const wanted = object.kind === 'Deployment' ? replicaSet : controllerRevision
  const to = revisionsOf(revisions).find(({ uid }) => uid === wanted)
  const digest = keyedDigester(scope.digestKey)
  const rollout = lookAtRollout(scope, object, to)
  return {
    ...rollout,
    before: current && stateOf(current, digest),
    after: to && stateOf(to, digest),
    refused: rollout.refused ?? refusalOf(object.kind, current, to),
    alreadySo: to !== undefined && current?.uid === to.uid,
    reads: {
      ...rollout.reads,
      template: digest('spec.template', workload.template),
      selector: digest('spec.selector', workload.selector),
    },
    notes: object.kind === 'StatefulSet' ? [STOPS] : [],
  }
}

function refusalOf(kind: string, current: Revision | undefined, to: Revision | undefined): string | undefined {
  const what = kind === 'Deployment' ? 'ReplicaSet' : 'ControllerRevision'
  if (to === undefined) return `the ${what} to return to is gone, or none of this ${kind}`
  return current === undefined ? `the rollout of the ${kind} has not begun yet` : undefined
}

async function revisionOf(
  scope: Scope,
  object: KubernetesObject,
  to: RolloutState,
  context: CallContext,
): Promise<Revision> {
  const revision = await findRevision(scope, parseWorkload(object), revisionUid(to), context)
  if (revision === undefined || stateDigest(revision, keyedDigester(scope.digestKey)) !== to.template) {
    const kind = 'replicaSet' in to ? 'ReplicaSet' : 'ControllerRevision'
    throw new MendkitError('rejected', `${kind} ${to.name} is gone, or is no longer what was approved`)
  }
  return revision
}
