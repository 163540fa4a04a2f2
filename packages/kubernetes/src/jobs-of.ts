import type { CallContext } from '@mendkit/core'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { JOB } from './target.ts'

/** The Jobs that a CronJob made and that are still there, newest first; `unreadable` when nobody may list them, or there are too many. */
export async function jobsOf(
  scope: Scope,
  { metadata }: KubernetesObject,
  context: CallContext,
): Promise<readonly KubernetesObject[] | 'unreadable'> {
  const all = await listAll(scope.read, { ...JOB, namespace: metadata.namespace }, context)
  if (all === 'unreadable') return all
  return all
    .filter((job) =>
      job.metadata.ownerReferences?.some(({ controller, uid }) => controller === true && uid === metadata.uid),
    )
    .toSorted((a, b) => madeAt(b) - madeAt(a))
}

function madeAt({ metadata }: KubernetesObject): number {
  const at = Date.parse(metadata.creationTimestamp ?? '')
  return Number.isNaN(at) ? 0 : at
}
