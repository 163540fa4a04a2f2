import { MARK_ANNOTATION } from './annotations.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Digester } from './normalised-diff.ts'
import type { PodTemplate } from './parse-workload.ts'

/** What an effect leaves on its target: whose it is, and the last rollout of the object that was ours. */
export interface Mark {
  readonly execution: string
  /** UID of a ReplicaSet, or `template-<digest>` where that need not exist yet. */
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

/** The rollout of a pod template, as a mark names it. */
export function templateRollout(template: PodTemplate, digest: Digester): string {
  return `template-${digest('spec.template', template)}`
}

/** Whether the mark on a Deployment says that this revision is ours. */
export function isMarked(
  deployment: KubernetesObject,
  revision: { readonly uid: string; readonly template: PodTemplate },
  digest: Digester,
): boolean {
  const rollout = readMark(deployment)?.rollout
  return rollout === revision.uid || rollout === templateRollout(revision.template, digest)
}
