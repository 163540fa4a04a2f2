import { type CallContext, describeResource, type Resource, resourceKey } from '@mendkit/core'
import { isWorkloadKind } from './cluster-reader.ts'
import { type Disruption, disruptionOf } from './disruption.ts'
import { budgetsOf, type CoveringBudget } from './disruption-budgets.ts'
import { hasLocalData } from './drained-pod.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import { CRON_JOB } from './target.ts'
import { controllersOf } from './topology.ts'

/** Pods of a node that have one controller, with what is known of it and of the budgets that cover them. */
export interface DrainedGroup {
  readonly pods: readonly KubernetesObject[]
  /** Their topmost controller, as far as it is known; undefined for a pod without one. */
  readonly top: Resource | undefined
  /** What was read of their controllers, nearest first. */
  readonly controllers: readonly KubernetesObject[]
  readonly budgets: readonly CoveringBudget[] | 'unreadable'
  readonly doubts: readonly string[]
}

/** Pods of one controller have the same owners and labels, so that one is asked for all. */
export async function groupOf(
  scope: Scope,
  pods: readonly KubernetesObject[],
  context: CallContext,
): Promise<DrainedGroup> {
  const [pod] = pods
  if (pod === undefined) throw new Error('no pod')
  const chain = await controllersOf(scope, pod, context)
  const budgets = await budgetsOf(scope, pod.metadata, context)
  const { labels: _, ...top } = chain.at(-1)?.resource ?? { labels: {} }
  return {
    pods,
    top: 'kind' in top ? top : undefined,
    controllers: chain.flatMap(({ object }) => object ?? []),
    budgets,
    doubts: [
      ...(chain.some(({ unreadable }) => unreadable) ? ['owner-unreadable'] : []),
      ...(chain.some(({ resource }) => resource.kind === 'StatefulSet') ? ['stateful'] : []),
      ...(budgets === 'unreadable' ? ['budget-unreadable'] : []),
    ],
  }
}

/** A workload that loses pods to a drain, as an approval is bound to it. */
export type DrainedWorkload = {
  /** As people read it. */
  readonly workload: string
  readonly uid: string | null
  /** Pods of it would lose their emptyDir volumes. */
  readonly localData: boolean
}

/**
 * The workloads that lose pods, in order of their names. Runs of a CronJob are left out: they come and go by the clock, and
 * which of them happens to be there is nothing that anybody decided.
 */
export function drainedWorkloads(groups: readonly DrainedGroup[]): readonly DrainedWorkload[] {
  const found = new Map<string, DrainedWorkload>()
  for (const { top, pods } of groups) {
    if (top === undefined || top.kind === CRON_JOB.kind) continue
    const key = `${resourceKey(top)} ${top.uid ?? ''}`
    const localData = found.get(key)?.localData === true || pods.some(hasLocalData)
    found.set(key, { workload: describeResource(top), uid: top.uid ?? null, localData })
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, workload]) => workload)
}

/**
 * The largest share of the ready pods that one workload loses, as if all its pods on the node were down at once, and what the
 * tightest budget would have left then: never below 0, for a drain waits until there is room. A share is absent when it is
 * not known of every workload, and a headroom when some budget could not be asked or has not been counted.
 */
export function drainDisruption(groups: readonly DrainedGroup[]): Disruption {
  const shares = [...Map.groupBy(groups, ({ top }) => (top === undefined ? '' : resourceKey(top))).values()].map(
    (alike) => disruptionOf({ down: countOf(alike), ready: readyOf(alike), budgets: [] }).percentOfReady,
  )
  const share = shares.includes(undefined) ? undefined : Math.max(0, ...shares.flatMap((each) => each ?? []))
  const room = headroomOf(groups)
  return {
    ...(share === undefined ? {} : { percentOfReady: share }),
    ...(room === undefined ? {} : { budgetHeadroom: room }),
  }
}

function countOf(groups: readonly DrainedGroup[]): number {
  return groups.reduce((sum, { pods }) => sum + pods.length, 0)
}

function readyOf(groups: readonly DrainedGroup[]): number | undefined {
  const object = groups[0]?.controllers.at(-1)
  const isTop = object !== undefined && object.metadata.uid === groups[0]?.top?.uid
  return isTop && isWorkloadKind(object.kind) ? parseWorkload(object).counts.ready : undefined
}

function headroomOf(groups: readonly DrainedGroup[]): number | undefined {
  const left = new Map<string, number>()
  for (const { pods, budgets } of groups) {
    if (budgets === 'unreadable') return undefined
    for (const { name, headroom } of budgets) {
      if (headroom === undefined) return undefined
      const key = `${pods[0]?.metadata.namespace}/${name}`
      left.set(key, (left.get(key) ?? headroom) - pods.length)
    }
  }
  return left.size === 0 ? undefined : Math.max(0, Math.min(...left.values()))
}
