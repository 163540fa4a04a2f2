import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import { type ContainerResources, NAMES, SIDES } from './container-resources.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { parseForm } from './parse-form.ts'
import { podAmount } from './pod-amounts.ts'
import { amountOf } from './quantity.ts'
import { type QuotaLine, quotaKeys, quotaLines } from './resource-quota.ts'

const quantities = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({})
const limitsSchema = z.looseObject({
  spec: z.looseObject({
    limits: z
      .array(z.looseObject({ type: z.string(), min: quantities, max: quantities, maxLimitRequestRatio: quantities }))
      .nullish(),
  }),
})

/** Whether the namespace has room for a container that asks for other resources. */
export interface Headroom {
  readonly refused: string | undefined
  readonly doubts: readonly string[]
}

/** What a workload asks for by its pod template, then and now, and how many pods it is about. */
export interface TemplateChange {
  /** `spec` of the templates. */
  readonly before: unknown
  readonly after: unknown
  /** What the changed container asks for now. */
  readonly container: ContainerResources
  /** Pods that are replaced, and pods that there may be beside them meanwhile, of the new template. */
  readonly pods: { readonly replicas: number; readonly surge: number }
}

/**
 * Looks at the namespace's ResourceQuotas and LimitRanges, because no dry run does: the API server asks them about pods,
 * not about templates. Every quota counts, whatever its scopes; the doubts `quota-unreadable` and `quota-usage-unknown` say
 * that one could not be asked.
 */
export async function headroomFor(
  scope: Scope,
  namespace: string,
  change: TemplateChange,
  context: CallContext,
): Promise<Headroom> {
  const read = (kind: string) => listAll(scope.read, { apiVersion: 'v1', kind, namespace }, context)
  const [quotas, ranges] = [await read('ResourceQuota'), await read('LimitRange')]
  if (quotas === 'unreadable' || ranges === 'unreadable') return { refused: undefined, doubts: ['quota-unreadable'] }
  const needs = needsOf(change)
  const found = quotas.flatMap(quotaLines).flatMap((line) => answerOf(line, needs.get(line.key)) ?? [])
  const refused = ranges.map((range) => outsideRange(range, change.container)).find((each) => each !== undefined)
  return {
    refused: refused ?? found.find(({ because }) => because !== undefined)?.because,
    doubts: found.some(({ because }) => because === undefined) ? ['quota-usage-unknown'] : [],
  }
}

/** How much more the rollout takes at most, by the keys of quotas; nothing where a pod asks for no more than it did. */
function needsOf({ before, after, pods }: TemplateChange): ReadonlyMap<string, number> {
  const needs = SIDES.flatMap((side) =>
    NAMES.flatMap((name) => {
      const [then, now] = [podAmount(before, side, name), podAmount(after, side, name)]
      // A pod that asks for no more than it did had its room before. One beyond the others is there with all that it has.
      if (now <= then) return []
      const needed = pods.replicas * (now - then) + pods.surge * now
      return quotaKeys(side, name).map((key) => [key, needed] as const)
    }),
  )
  return new Map(needs)
}

/** Why a line of a quota says no; without a reason when nobody knows what is used. */
function answerOf(line: QuotaLine, needed: number | undefined): { readonly because?: string } | undefined {
  if (needed === undefined) return undefined
  const { quota, key, hard, used, left } = line
  if (left === undefined) return {}
  // A hair's breadth is an error of floating point, not of the quota.
  if (needed <= left + 1e-9) return undefined
  const more = Math.ceil(needed * 1000) / 1000
  return {
    because: `ResourceQuota ${quota} allows ${hard} of ${key}, ${used} is used, and the rollout would take up to ${more} more`,
  }
}

function outsideRange(object: KubernetesObject, after: ContainerResources): string | undefined {
  const { limits } = parseForm(limitsSchema, object).spec
  for (const { min, max, maxLimitRequestRatio } of (limits ?? []).filter(({ type }) => type === 'Container')) {
    for (const name of NAMES) {
      const [request, limit] = [after.requests[name], after.limits[name]]
      const given = [request, limit].filter((each) => each !== null)
      const says = `LimitRange ${object.metadata.name} allows containers`
      if (given.some((each) => (amountOf(each) ?? 0) < (amountOf(min[name] ?? '0') ?? 0))) {
        return `${says} no less than ${min[name]} of ${name}`
      }
      if (given.some((each) => (amountOf(each) ?? 0) > (amountOf(max[name] ?? '') ?? Number.POSITIVE_INFINITY))) {
        return `${says} no more than ${max[name]} of ${name}`
      }
      const ratio = (amountOf(limit ?? '') ?? 0) / (amountOf(request ?? limit ?? '') ?? 1)
      if (ratio > (amountOf(maxLimitRequestRatio[name] ?? '') ?? Number.POSITIVE_INFINITY)) {
        return `${says} a limit of ${name} of at most ${maxLimitRequestRatio[name]} times the request`
      }
    }
  }
  return undefined
}
