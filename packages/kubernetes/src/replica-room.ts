import type { CallContext } from '@mendkit/core'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { podAmount, resourceNames } from './pod-amounts.ts'
import { type QuotaLine, quotaKeys, quotaLines } from './resource-quota.ts'

/** By which keys quotas limit how many pods there are. */
const COUNTED = ['pods', 'count/pods']
const SIDES = ['requests', 'limits'] as const

/**
 * How many more pods of this spec the ResourceQuotas of a namespace let in; `Infinity` where none limits them, `unknown`
 * when quotas may not be read, or nobody has counted what is used. Every quota counts, whatever its scopes.
 */
export async function replicaRoom(
  scope: Scope,
  namespace: string,
  podSpec: unknown,
  context: CallContext,
): Promise<number | 'unknown'> {
  const quotas = await listAll(scope.read, { apiVersion: 'v1', kind: 'ResourceQuota', namespace }, context)
  if (quotas === 'unreadable') return 'unknown'
  const needs = needsOf(podSpec)
  const rooms = quotas.flatMap(quotaLines).map((line) => roomIn(line, needs.get(line.key) ?? 0))
  return rooms.includes('unknown') ? 'unknown' : Math.min(...rooms.map(Number), Number.POSITIVE_INFINITY)
}

/** What one pod takes, by the keys of quotas. */
function needsOf(podSpec: unknown): ReadonlyMap<string, number> {
  const amounts = SIDES.flatMap((side) =>
    resourceNames(podSpec).flatMap((name) =>
      quotaKeys(side, name).map((key) => [key, podAmount(podSpec, side, name)] as const),
    ),
  )
  return new Map([...COUNTED.map((key) => [key, 1] as const), ...amounts])
}

function roomIn({ left }: QuotaLine, need: number): number | 'unknown' {
  if (need === 0) return Number.POSITIVE_INFINITY
  if (left === undefined) return 'unknown'
  // A hair's breadth is an error of floating point, not of the quota.
  return Math.max(0, Math.floor(left / need + 1e-9))
}
