import type { CallContext } from '@mendkit/core'
import { readRollout } from './cluster-reader.ts'
import { parseImage } from './image-reference.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { revisionsOf } from './rollout.ts'

/** Where an image was recorded. */
export interface ImageRecord {
  /** Kind and name of the revision that recorded it. */
  readonly revision: string
  /** Pods of that revision that are ready now. */
  readonly ready: number
}

/**
 * The newest revision of this very workload in which this container had this digest of this repository; `undefined` when
 * none did. Revisions are ReplicaSets of a Deployment and ControllerRevisions of a StatefulSet or DaemonSet.
 */
export async function recordOf(
  scope: Scope,
  object: KubernetesObject,
  wanted: { readonly container: string; readonly image: string },
  context: CallContext,
): Promise<ImageRecord | undefined> {
  const { repository, digest } = parseImage(wanted.image)
  const revisions = revisionsOf(await readRollout(scope.read, parseWorkload(object), context))
  const found = revisions.find(({ template }) =>
    template.spec.containers.some(({ name, image = '' }) => {
      const recorded = parseImage(image)
      return name === wanted.container && recorded.digest === digest && recorded.repository === repository
    }),
  )
  return found && { revision: `${found.object.kind} ${found.name}`, ready: found.ready }
}
