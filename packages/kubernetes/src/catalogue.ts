import type { Action } from '@mendkit/core'
import { actsOnNodes, type KubernetesActionType } from './action-types.ts'
import { cordon, uncordon } from './cordon.ts'
import { deleteJob } from './delete-job.ts'
import { deletePod } from './delete-pod.ts'
import { drain } from './drain.ts'
import { evictPod } from './evict-pod.ts'
import type { AccessQuestion } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { rerunJob } from './rerun-job.ts'
import { rolloutPause, rolloutResume } from './rollout-pause.ts'
import { rolloutRestart } from './rollout-restart.ts'
import { rolloutUndo } from './rollout-undo.ts'
import { scale } from './scale.ts'
import { setAutoscalerBounds } from './set-autoscaler-bounds.ts'
import { setImage } from './set-image.ts'
import { setResources } from './set-resources.ts'
import { suspendCronJob } from './suspend-cronjob.ts'
import {
  AUTOSCALER,
  CRON_JOB,
  DEPLOYMENT,
  JOB,
  NODE,
  NODE_EVENT,
  POD,
  STATEFUL_SET,
  type TargetKind,
} from './target.ts'
import { ROLLED_OUT } from './template-change.ts'

/** One thing that a role must allow: an `AccessQuestion` whose place is open. */
export interface Permission extends Omit<AccessQuestion, 'namespace' | 'name'> {
  /** The one namespace in which it is needed. @default each that Mendkit shall see; of cluster-wide kinds none */
  readonly namespace?: string
  /** It is needed in all namespaces at once, as only a role of the whole cluster allows. @default false */
  readonly everywhere?: boolean
}

const TAKE_NO_PODS: readonly KubernetesActionType[] = [
  'kubernetes.suspend-cronjob',
  'kubernetes.rerun-job',
  'kubernetes.cordon',
  'kubernetes.uncordon',
]

/** Read by whatever else takes pods away, for what disruption budgets would have left. */
const budgets: Permission = { verb: 'list', apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }

/** What is read of nodes: themselves, and what was recorded about them. */
const nodeReads: readonly Permission[] = [
  { verb: 'get', apiVersion: NODE.apiVersion, kind: NODE.kind },
  { verb: 'list', apiVersion: NODE.apiVersion, kind: NODE.kind },
  { verb: 'list', ...NODE_EVENT },
]

/** One action of the catalogue. */
interface CatalogueEntry {
  readonly make: (scope: Scope) => Action
  /** What it does with the credentials to act, beside leaving Events. */
  readonly needs: readonly Permission[]
  /** What it reads beside the evidence and its namespace. */
  readonly reads?: readonly Permission[]
}

const catalogue: Readonly<Record<KubernetesActionType, CatalogueEntry>> = {
  'kubernetes.rollout-undo': { make: rolloutUndo, needs: patchOf(...ROLLED_OUT) },
  'kubernetes.rollout-restart': { make: rolloutRestart, needs: patchOf(...ROLLED_OUT) },
  'kubernetes.rollout-pause': { make: rolloutPause, needs: patchOf(DEPLOYMENT) },
  'kubernetes.rollout-resume': { make: rolloutResume, needs: patchOf(DEPLOYMENT) },
  'kubernetes.scale': {
    make: scale,
    needs: patchOf(DEPLOYMENT, STATEFUL_SET),
    reads: [{ verb: 'list', ...AUTOSCALER }],
  },
  'kubernetes.set-autoscaler-bounds': {
    make: setAutoscalerBounds,
    needs: patchOf(AUTOSCALER),
    // For the rule that proposes it.
    reads: [{ verb: 'list', apiVersion: 'v1', kind: 'ResourceQuota' }],
  },
  'kubernetes.set-resources': {
    make: setResources,
    needs: patchOf(...ROLLED_OUT),
    reads: [
      { verb: 'list', apiVersion: 'v1', kind: 'ResourceQuota' },
      { verb: 'list', apiVersion: 'v1', kind: 'LimitRange' },
    ],
  },
  'kubernetes.set-image': {
    make: setImage,
    needs: patchOf(...ROLLED_OUT),
  },
  'kubernetes.evict-pod': {
    make: evictPod,
    needs: [...patchOf(POD), { verb: 'create', ...POD, subresource: 'eviction' }],
  },
  'kubernetes.delete-pod': {
    make: deletePod,
    needs: [...patchOf(POD), { verb: 'delete', ...POD }],
  },
  'kubernetes.suspend-cronjob': { make: suspendCronJob, needs: patchOf(CRON_JOB) },
  'kubernetes.delete-job': { make: deleteJob, needs: [...patchOf(JOB), { verb: 'delete', ...JOB }] },
  'kubernetes.rerun-job': { make: rerunJob, needs: [{ verb: 'create', ...JOB }] },
  'kubernetes.cordon': { make: cordon, needs: patchOf(NODE), reads: nodeReads },
  'kubernetes.uncordon': { make: uncordon, needs: patchOf(NODE), reads: nodeReads },
  'kubernetes.drain': {
    make: drain,
    needs: [...patchOf(NODE, POD), { verb: 'create', ...POD, subresource: 'eviction' }],
    // Pods of a node lie in any namespace, and one that is not seen would stay.
    reads: [
      ...nodeReads,
      { verb: 'get', apiVersion: 'v1', kind: 'Namespace' },
      { verb: 'list', ...POD, everywhere: true },
    ],
  },
}

/** The actions that the options choose. */
export function actionsOf(scope: Scope): readonly Action[] {
  return scope.actions.map((type) => catalogue[type].make(scope))
}

/** All that the role to act must allow for these actions, each once. */
export function permissionsOf({ actions }: Pick<Scope, 'actions'>): readonly Permission[] {
  const all = actions.flatMap((type) => catalogue[type].needs)
  const event = { verb: 'create', apiVersion: 'v1', kind: 'Event' }
  const events = actions.map((type) => (actsOnNodes(type) ? { verb: 'create', ...NODE_EVENT } : event))
  return each([...all, ...events])
}

/** All that these actions read beside the evidence, each once. */
export function actionReads(actions: readonly KubernetesActionType[]): readonly Permission[] {
  const all = actions.flatMap((type) => catalogue[type].reads ?? [])
  const namespaces = actions.every(actsOnNodes) ? [] : [{ verb: 'get', apiVersion: 'v1', kind: 'Namespace' }]
  const takePods = actions.some((type) => !TAKE_NO_PODS.includes(type))
  return each([...namespaces, ...(takePods ? [budgets] : []), ...all])
}

function each(permissions: readonly Permission[]): readonly Permission[] {
  return [...new Map(permissions.map((one) => [JSON.stringify(one), one])).values()]
}

function patchOf(...kinds: readonly TargetKind[]): readonly Permission[] {
  return kinds.map(({ apiVersion, kind }) => ({ verb: 'patch', apiVersion, kind }))
}
