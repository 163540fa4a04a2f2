import { type CallContext, describeResource, MendkitError, type Resource } from '@mendkit/core'
import { z } from 'zod'
import { annotationPath, FENCE_ANNOTATION } from './annotations.ts'
import { referenceOf } from './cluster-reader.ts'
import { isGuardFailure } from './effect-failure.ts'
import type { JsonPatchOperation, KubernetesClient, KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'

const guardSchema = z.strictObject({
  uid: z.string(),
  resourceVersion: z.string(),
  /** Not a condition, but what tells later how often somebody has written since. Absent in guards of the first version. */
  generation: z.number().int().optional(),
})

/** What an effect is conditional on: this object, in exactly this version. */
export type Guard = {
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number
}

/** The guard of an object as it was just read. */
export function guardOf(object: KubernetesObject): Guard {
  const { uid, resourceVersion, generation } = object.metadata
  return guardFrom({ uid, resourceVersion, generation })
}

/** A guard that was stored. Throws `invalid` when it is none. */
export function parseGuard(value: unknown): Guard {
  const parsed = guardSchema.safeParse(value)
  if (!parsed.success) throw new MendkitError('invalid', 'the preview holds no guard of this action', { path: 'guard' })
  return guardFrom(parsed.data)
}

function guardFrom({ uid, resourceVersion, generation }: z.output<typeof guardSchema>): Guard {
  return { uid, resourceVersion, ...(generation === undefined ? {} : { generation }) }
}

/** The tests that make a patch conditional on a guard. */
export function guardTests(guard: Guard): readonly JsonPatchOperation[] {
  return [
    { op: 'test', path: '/metadata/uid', value: guard.uid },
    { op: 'test', path: '/metadata/resourceVersion', value: guard.resourceVersion },
  ]
}

/** Steps that set one annotation, also on an object that has none yet. */
export function setAnnotation(object: KubernetesObject, key: string, value: string): readonly JsonPatchOperation[] {
  if (object.metadata.annotations === undefined) {
    return [{ op: 'add', path: '/metadata/annotations', value: { [key]: value } }]
  }
  return [{ op: 'add', path: annotationPath(key), value }]
}

/** The credentials to act. Throws `config` when there are none. */
export function actingClient(scope: Scope): KubernetesClient {
  if (scope.act !== undefined) return scope.act
  throw new MendkitError('config', `kubernetes() has no credentials to act in ${scope.cluster}; set \`act\``)
}

/**
 * Makes a guard, and every earlier one, fail for good. An object that has moved on by itself has done so already;
 * otherwise an annotation moves it on. Throws `unavailable` when that was refused and the object has not moved on.
 */
export async function invalidateGuard(
  scope: Scope,
  target: Resource,
  guard: Guard,
  fence: string,
  context: CallContext,
): Promise<void> {
  const object = await readSince(scope, target, guard, context)
  if (!holds(guard, object) || (await setFence(scope, object, fence, context))) return
  // When it has moved on between our read and our patch, or is gone, the guard fails as it should. That the fence was
  // refused does not prove it: admission may answer a conflict, too.
  if (!holds(guard, await readSince(scope, target, guard, context))) return
  throw new MendkitError('unavailable', `${describeResource(target)} could not be fenced; it is tried again later`)
}

function holds({ uid, resourceVersion }: Guard, object: KubernetesObject | undefined): object is KubernetesObject {
  return object?.metadata.uid === uid && object.metadata.resourceVersion === resourceVersion
}

/** The text of a fence. */
export function fenceText({ fence, executionId }: { readonly fence: number; readonly executionId: string }): string {
  return `${fence} ${executionId}`
}

/** Sets the fence on an object as it was just read. Answers false when it has moved on or is gone meanwhile. */
export async function setFence(
  scope: Scope,
  object: KubernetesObject,
  fence: string,
  context: CallContext,
): Promise<boolean> {
  const { apiVersion, kind, metadata } = object
  const reference = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name }
  const operations = [...guardTests(guardOf(object)), ...setAnnotation(object, FENCE_ANNOTATION, fence)]
  try {
    await actingClient(scope).patch(reference, { type: 'json', operations }, {}, context)
    return true
  } catch (error) {
    if (isGuardFailure(error) || MendkitError.is(error, 'not-found')) return false
    throw error
  }
}

/**
 * The target as it is now, or was at any time since its guard. What is older comes from a client or a proxy that lags
 * behind, and tells nothing of an effect. Throws `unavailable` then; and, once the effect was `fenced`, also for the
 * object as the guard demands it, for by then it has moved on.
 */
export async function readSince(
  scope: Scope,
  target: Resource,
  guard: Guard,
  context: CallContext,
  fenced: boolean = false,
): Promise<KubernetesObject | undefined> {
  const object = await readTarget(scope, target, context)
  if (object === undefined) return undefined
  if (isOlder(object.metadata.resourceVersion, guard.resourceVersion) || (fenced && holds(guard, object))) {
    const because = `${describeResource(target)} was answered as it was some time ago`
    throw new MendkitError('unavailable', `${because}; it is read again later`)
  }
  return object
}

/** Versions of one kind of object are rising numbers. Of what is none, nothing can be told. */
function isOlder(version: string, than: string): boolean {
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return false
  return BigInt(version) < BigInt(than)
}

/** The target as it is now; `undefined` when nothing has its name. */
export async function readTarget(
  scope: Scope,
  target: Resource,
  context: CallContext,
): Promise<KubernetesObject | undefined> {
  try {
    return await scope.read.get(referenceOf(target), context)
  } catch (error) {
    if (MendkitError.is(error, 'not-found')) return undefined
    throw error
  }
}
