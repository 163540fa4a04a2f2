import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import { readRollout } from './cluster-reader.ts'
import { parseImage } from './image-reference.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload, podSelector } from './parse-workload.ts'

/** Where an image was recorded. */
export interface ImageRecord {
  /** Kind and name of the revision that recorded it. */
  readonly revision: string
  /** Pods of that revision that are ready now; 0 where nobody counts them. */
  readonly ready: number
}

const containers = z.array(z.looseObject({ name: z.string(), image: z.string().optional() }))
const revisionSchema = z.looseObject({
  data: z.looseObject({ spec: z.looseObject({ template: z.looseObject({ spec: z.looseObject({ containers }) }) }) }),
})

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
  const revisions =
    object.kind === 'Deployment'
      ? await replicaSetsOf(scope, object, context)
      : await controllerRevisionsOf(scope, object, context)
  return revisions.find(({ images }) =>
    images.some(({ name, image = '' }) => {
      const recorded = parseImage(image)
      return name === wanted.container && recorded.digest === digest && recorded.repository === repository
    }),
  )
}

type Revision = ImageRecord & { readonly images: z.output<typeof containers> }

async function replicaSetsOf(scope: Scope, object: KubernetesObject, context: CallContext): Promise<Revision[]> {
  const { current, earlier } = await readRollout(scope.read, parseWorkload(object), context)
  return [...(current === undefined ? [] : [current]), ...earlier].map(({ name, ready, template }) => ({
    revision: `ReplicaSet ${name}`,
    ready,
    images: template.spec.containers,
  }))
}

async function controllerRevisionsOf(
  scope: Scope,
  object: KubernetesObject,
  context: CallContext,
): Promise<Revision[]> {
  const { namespace, uid } = object.metadata
  const labelSelector = podSelector(parseWorkload(object))
  const selection = { apiVersion: 'apps/v1', kind: 'ControllerRevision', namespace, labelSelector }
  const { items } = await scope.read.list(selection, context)
  return items
    .filter(({ metadata }) => metadata.ownerReferences?.some((each) => each.controller === true && each.uid === uid))
    .sort((a, b) => Number(b['revision'] ?? 0) - Number(a['revision'] ?? 0))
    .flatMap((item) => {
      const parsed = revisionSchema.safeParse(item)
      // A revision in a form of its own records nothing that can be relied on.
      if (!parsed.success) return []
      const images = parsed.data.data.spec.template.spec.containers
      return [{ revision: `ControllerRevision ${item.metadata.name}`, ready: 0, images }]
    })
}
