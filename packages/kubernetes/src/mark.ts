import { MARK_ANNOTATION } from './annotations.ts'
import type { KubernetesObject } from './kubernetes-client.ts'

const REVISION = 'deployment.kubernetes.io/revision'

/** What an effect leaves on its target: whose it is, and the last rollout of the object that was ours. */
export interface Mark {
  readonly execution: string
  /** UID of a ReplicaSet, or `revision-<number>` where that did not exist yet. */
  readonly rollout?: string | undefined
}

/**
 * The mark of the last effect on an object. It names the rollout, because annotations outlive rollouts: a later rollout by
 * somebody else does not become ours although the annotation is still there.
 */
export function readMark(object: KubernetesObject): Mark | undefined {
  const text = object.metadata.annotations?.[MARK_ANNOTATION]
  const [, execution, rollout] = /^([\w.:-]+)(?: ([\w-]+))?$/.exec(text ?? '') ?? []
  return execution === undefined ? undefined : { execution, rollout }
}

/** The text of a mark. */
export function markText({ execution, rollout }: Mark): string {
  return rollout === undefined ? execution : `${execution} ${rollout}`
}

/** The rollout that a change of a Deployment's template begins, as a mark names it. Undefined for what keeps no numbers. */
export function nextRollout(object: KubernetesObject): string | undefined {
  const revision = object.metadata.annotations?.[REVISION]
  return revision === undefined ? undefined : `revision-${Number(revision) + 1}`
}

/** Whether a mark on a Deployment says that this revision is ours. */
export function isMarked(
  deployment: KubernetesObject,
  revision: { readonly uid: string; readonly number: number },
): boolean {
  const rollout = readMark(deployment)?.rollout
  return rollout === revision.uid || rollout === `revision-${revision.number}`
}
