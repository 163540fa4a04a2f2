import type { Action } from '@mendkit/core'
import type { KubernetesActionType } from './action-types.ts'
import { cordon, uncordon } from './cordon.ts'
import { deleteJob } from './delete-job.ts'
import { deletePod } from './delete-pod.ts'
import { evictPod } from './evict-pod.ts'
import type { AccessQuestion } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
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
  DAEMON_SET,
  DEPLOYMENT,
  JOB,
  NODE,
  POD,
  STATEFUL_SET,
  type TargetKind,
} from './target.ts'

/** What a role must allow, wherever it is to act. */
export type Permission = Omit<AccessQuestion, 'namespace'>

/** One action of the catalogue. */
interface CatalogueEntry {
  readonly make: (scope: Scope) => Action
  /** What it does with the credentials to act, beside leaving Events. */
  readonly needs: readonly Permission[]
}

const catalogue: Readonly<Record<KubernetesActionType, CatalogueEntry>> = {
  'kubernetes.rollout-undo': { make: rolloutUndo, needs: patchOf(DEPLOYMENT, STATEFUL_SET, DAEMON_SET) },
  'kubernetes.rollout-restart': { make: rolloutRestart, needs: patchOf(DEPLOYMENT, STATEFUL_SET, DAEMON_SET) },
  'kubernetes.rollout-pause': { make: rolloutPause, needs: patchOf(DEPLOYMENT) },
  'kubernetes.rollout-resume': { make: rolloutResume, needs: patchOf(DEPLOYMENT) },
  'kubernetes.scale': { make: scale, needs: patchOf(DEPLOYMENT, STATEFUL_SET) },
  'kubernetes.set-autoscaler-bounds': { make: setAutoscalerBounds, needs: patchOf(AUTOSCALER) },
  'kubernetes.set-resources': { make: setResources, needs: patchOf(DEPLOYMENT, STATEFUL_SET, DAEMON_SET) },
  'kubernetes.set-image': { make: setImage, needs: patchOf(DEPLOYMENT, STATEFUL_SET, DAEMON_SET) },
  'kubernetes.evict-pod': {
    make: evictPod,
    needs: [...patchOf(POD), { verb: 'create', ...POD, subresource: 'eviction' }],
  },
  'kubernetes.delete-pod': { make: deletePod, needs: [...patchOf(POD), { verb: 'delete', ...POD }] },
  'kubernetes.suspend-cronjob': { make: suspendCronJob, needs: patchOf(CRON_JOB) },
  'kubernetes.delete-job': { make: deleteJob, needs: [...patchOf(JOB), { verb: 'delete', ...JOB }] },
  'kubernetes.cordon': { make: cordon, needs: patchOf(NODE) },
  'kubernetes.uncordon': { make: uncordon, needs: patchOf(NODE) },
}

/** The actions that the options choose. */
export function actionsOf(scope: Scope): readonly Action[] {
  return scope.actions.map((type) => catalogue[type].make(scope))
}

/** All that the role to act must allow for the actions that the options choose, each once. */
export function permissionsOf(scope: Scope): readonly Permission[] {
  const all = scope.actions.flatMap((type) => catalogue[type].needs)
  const events = { verb: 'create', apiVersion: 'v1', kind: 'Event' }
  const found = new Map([...all, events].map((each) => [JSON.stringify(each), each]))
  return [...found.values()]
}

function patchOf(...kinds: readonly TargetKind[]): readonly Permission[] {
  return kinds.map(({ apiVersion, kind }) => ({ verb: 'patch', apiVersion, kind }))
}
