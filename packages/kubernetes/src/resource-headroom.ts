import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import { type ContainerResources, NAMES, SIDES } from './container-resources.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import type { Scope } from './options.ts'
import { parseForm } from './parse-form.ts'
import { amountOf } from './quantity.ts'

const quantities = z.record(z.string(), z.union([z.string(), z.number()]).transform(String)).default({})
const quotaSchema = z.looseObject({
  spec: z.looseObject({ hard: quantities }).prefault({}),
  status: z.looseObject({ hard: quantities, used: quantities.optional() }).prefault({}),
})
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

/** How many pods change, and how many there may be of the new and the old template together beyond that. */
export interface PodCounts {
  readonly replicas: number
  readonly surge: number
}

/**
 * Looks at the namespace's ResourceQuotas and LimitRanges, because no dry run does: the API server asks them about pods,
 * not about templates. Every quota counts, whatever its scopes; the doubts `quota-unreadable` and `quota-usage-unknown` say
 * that one could not be asked.
 */
export async function headroomFor(
  scope: Scope,
  namespace: string,
  change: { readonly before: ContainerResources; readonly after: ContainerResources; readonly pods: PodCounts },
  context: CallContext,
): Promise<Headroom> {
  const read = (kind: string) => listAll(scope.read, { apiVersion: 'v1', kind, namespace }, context)
  const [quotas, ranges] = [await read('ResourceQuota'), await read('LimitRange')]
  if (quotas === 'unreadable' || ranges === 'unreadable') return { refused: undefined, doubts: ['quota-unreadable'] }
  const found = quotas.flatMap((quota) => quotaAnswers(quota, change))
  const refused = ranges.map((range) => outsideRange(range, change.after)).find((each) => each !== undefined)
  return {
    refused: refused ?? found.find(({ because }) => because !== undefined)?.because,
    doubts: found.some(({ because }) => because === undefined) ? ['quota-usage-unknown'] : [],
  }
}

/** One answer for each line of a quota that says no, with its reason, or whose use nobody knows, without. */
function quotaAnswers(
  object: KubernetesObject,
  { before, after, pods }: Parameters<typeof headroomFor>[2],
): readonly { readonly because?: string }[] {
  const { spec, status } = parseForm(quotaSchema, object)
  const asked = SIDES.flatMap((side) => NAMES.map((name) => ({ side, name })))
  return asked.flatMap(({ side, name }) => {
    const [then, now] = [amountOf(before[side][name] ?? '0') ?? 0, amountOf(after[side][name] ?? '0') ?? 0]
    // A workload that asks for no more than it did had its room before.
    if (now <= then) return []
    const needed = pods.replicas * (now - then) + pods.surge * now
    const keys = side === 'requests' ? [name, `requests.${name}`] : [`limits.${name}`]
    return keys.flatMap((key) => {
      const [hard, used] = [spec.hard[key], status.used?.[key]]
      if (hard === undefined) return []
      if (used === undefined) return [{}]
      if ((amountOf(used) ?? 0) + needed <= (amountOf(hard) ?? 0)) return []
      const more = Math.ceil(needed * 1000) / 1000
      return [
        {
          because: `ResourceQuota ${object.metadata.name} allows ${hard} of ${key}, ${used} is used, and the rollout would take up to ${more} more`,
        },
      ]
    })
  })
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
