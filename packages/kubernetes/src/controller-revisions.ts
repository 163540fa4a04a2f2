import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import { canonicalText } from './canonical-text.ts'
import type { KubernetesClient, KubernetesObject } from './kubernetes-client.ts'
import { parsePod } from './parse-pod.ts'
import { podSelector, templateSchema, type Workload } from './parse-workload.ts'
import type { Revision, Rollout } from './rollout.ts'

const HASH = 'controller-revision-hash'

const dataSchema = z.looseObject({
  revision: z.number(),
  data: z.looseObject({ spec: z.looseObject({ template: templateSchema }) }),
})

/**
 * The revisions of a StatefulSet or DaemonSet, which its controller keeps as ControllerRevisions. One that is in a form of
 * its own records nothing that can be relied on, and is left out.
 */
export async function readControllerRevisions(
  client: KubernetesClient,
  workload: Workload,
  context: CallContext,
): Promise<Rollout> {
  const { namespace, uid } = workload.object.metadata
  const among = { namespace, labelSelector: podSelector(workload) }
  const found = await client.list({ apiVersion: 'apps/v1', kind: 'ControllerRevision', ...among }, context)
  const pods = await client.list({ apiVersion: 'v1', kind: 'Pod', ...among }, context)
  const ready = pods.items.filter((pod) => isControlledBy(pod, uid) && parsePod(pod).state === 'ready')
  const revisions = found.items
    .filter((item) => isControlledBy(item, uid))
    .flatMap((item) => revisionOf(workload, item, ready) ?? [])
    .sort((a, b) => b.number - a.number)
  const wanted = canonicalText(workload.template)
  // A controller records a revision before it says that it has observed it; until then the newest is the one before.
  const current =
    revisions.find(({ template }) => canonicalText(template) === wanted) ??
    (workload.observed ? revisions[0] : undefined)
  return { current, earlier: revisions.filter((revision) => revision !== current) }
}

function revisionOf(
  { object: owner }: Workload,
  object: KubernetesObject,
  ready: readonly KubernetesObject[],
): Revision | undefined {
  const parsed = dataSchema.safeParse(object)
  if (!parsed.success) return undefined
  const { uid, name } = object.metadata
  // What is recorded is a patch, and says so beside the template's own fields.
  const { $patch: _, ...template } = parsed.data.data.spec.template
  // Pods of a StatefulSet carry the revision's name, those of a DaemonSet only what follows the DaemonSet's own.
  const labels = [name, name.slice(owner.metadata.name.length + 1)]
  const own = ready.filter(({ metadata }) => labels.includes(metadata.labels?.[HASH] ?? ''))
  return { object, uid, name, number: parsed.data.revision, template, ready: own.length }
}

function isControlledBy({ metadata }: KubernetesObject, uid: string): boolean {
  return metadata.ownerReferences?.some((owner) => owner.controller === true && owner.uid === uid) === true
}
