import { type CallContext, describeResource, type EffectInput, MendkitError, type Resource } from '@mendkit/core'
import { z } from 'zod'
import { FENCE_ANNOTATION } from './annotations.ts'
import { resourceOf } from './cluster-reader.ts'
import { podsOn } from './drain-pods.ts'
import { hasEnded, placeOf } from './drained-pod.ts'
import { effectFailure, isBudgetRefusal, isGuardFailure } from './effect-failure.ts'
import { fencePod } from './fence-pod.ts'
import { actingClient, fenceText, readTarget } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { readMark } from './mark.ts'
import type { Scope } from './options.ts'
import { parseNode } from './parse-node.ts'

/** How long a budget is given before its pods are tried again, and a pod that has just changed. */
const BUDGET_MS = 10_000
const CHANGED_MS = 1_000

const guardSchema = z.strictObject({ node: z.json(), pods: z.array(z.string()) })

type Effect = Pick<EffectInput, 'target' | 'executionId' | 'fence'>

/** The guard of a drain: that of its node, and the UIDs of the pods that are to go. Throws `invalid` when it is none. */
export function parseDrainGuard(value: unknown): z.output<typeof guardSchema> {
  const parsed = guardSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new MendkitError('invalid', 'the preview holds no guard of a drain', { path: 'guard' })
}

/**
 * The pods of a drain that are still to be evicted: those on their node that have not ended by themselves. Throws `unavailable`
 * when they cannot all be seen.
 */
export async function podsLeft(...asked: Parameters<typeof podsStanding>): Promise<readonly KubernetesObject[]> {
  return (await podsStanding(...asked)).filter((pod) => !hasEnded(pod))
}

async function podsStanding(
  scope: Scope,
  node: Resource,
  uids: readonly string[],
  context: CallContext,
): Promise<readonly KubernetesObject[]> {
  const pods = await podsOn(scope, node.name, context)
  if (pods === 'unreadable')
    throw new MendkitError('unavailable', `the pods of ${describeResource(node)} cannot be read`)
  return pods.filter(({ metadata }) => uids.includes(metadata.uid))
}

/** How a drain finds its node: marked by it, and still cordoned. */
export async function nodeOf(
  scope: Scope,
  { target, executionId }: Pick<Effect, 'target' | 'executionId'>,
  context: CallContext,
): Promise<{ readonly marked: boolean; readonly cordoned: boolean }> {
  const node = await readTarget(scope, target, context)
  if (node === undefined || node.metadata.uid !== target.uid) return { marked: false, cordoned: false }
  return { marked: readMark(node)?.execution === executionId, cordoned: parseNode(node).cordoned }
}

/**
 * Evicts one pod of those that are left: the first that its budget lets go. Each request names UID and version as they were
 * listed, so that a fence which was set since makes it fail, and nothing is read again.
 */
export async function evictOne(
  scope: Scope,
  effect: Effect,
  uids: readonly string[],
  context: CallContext,
): Promise<void> {
  const acting = actingClient(scope)
  const { target, executionId } = effect
  const { marked, cordoned } = await nodeOf(scope, effect, context)
  if (!marked || !cordoned) {
    throw new MendkitError('conflict', `${describeResource(target)} is no longer cordoned by this drain`)
  }
  const pods = await podsLeft(scope, target, uids, context)
  const fenced = pods.find((pod) => isFenced(pod, effect))
  if (fenced !== undefined)
    throw new MendkitError('conflict', `pod ${placeOf(fenced)} was fenced: somebody else goes on`)
  const waiting: string[] = []
  for (const { metadata } of pods) {
    const { name, namespace, uid, resourceVersion } = metadata
    try {
      await acting.evict({ namespace: String(namespace), name }, { uid, resourceVersion }, { executionId }, context)
      return
    } catch (error) {
      if (isBudgetRefusal(error)) waiting.push(`${namespace}/${name}`)
      else if (!isGuardFailure(error) && !MendkitError.is(error, 'not-found')) throw effectFailure(error)
    }
  }
  if (pods.length === 0) return
  const isWaiting = waiting.length === pods.length
  const because = isWaiting
    ? `disruption budgets let none of ${waiting.join(', ')} go now`
    : 'the pods that are left have just changed'
  throw new MendkitError('unavailable', because, { effect: 'none', retryAfterMs: isWaiting ? BUDGET_MS : CHANGED_MS })
}

/** Makes every eviction of this drain fail that may still be under way, also of a pod that has ended since it was sent. */
export async function fencePods(
  scope: Scope,
  effect: Effect,
  uids: readonly string[],
  context: CallContext,
): Promise<void> {
  for (const pod of await podsStanding(scope, effect.target, uids, context)) {
    await fencePod(scope, resourceOf(scope, pod), fenceText(effect), context)
  }
}

function isFenced({ metadata }: KubernetesObject, { fence, executionId }: Effect): boolean {
  const [, number, execution] = /^(\d+) (.+)$/.exec(metadata.annotations?.[FENCE_ANNOTATION] ?? '') ?? []
  return execution === executionId && Number(number) >= fence
}
