import { type CallContext, describeResource, MendkitError, type Resource } from '@mendkit/core'
import { readTarget, setFence } from './guard.ts'
import type { Scope } from './options.ts'

/** The kubelet writes a pod's status all the time; a fence that it overtook is tried again. */
const MAX_ATTEMPTS = 3

/**
 * Makes an eviction that may still be under way fail, unless its pod is going already. That the pod has moved on since the
 * guard is not enough here: the API server carries an eviction out in two writes, first a condition and then the deletion,
 * and lets the second follow the version that the first one made. Throws `unavailable` when the pod changes too fast.
 */
export async function fencePod(scope: Scope, target: Resource, fence: string, context: CallContext): Promise<void> {
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const pod = await readTarget(scope, target, context)
    if (pod === undefined || pod.metadata.uid !== target.uid || pod.metadata.deletionTimestamp !== undefined) return
    if (await setFence(scope, pod, fence, context)) return
  }
  throw new MendkitError(
    'unavailable',
    `${describeResource(target)} changes faster than it can be fenced; it is tried again later`,
  )
}
