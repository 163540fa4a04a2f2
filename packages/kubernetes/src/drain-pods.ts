import { type CallContext, type Resource, resourceKey } from '@mendkit/core'
import { readNamespace } from './autonomy-limit.ts'
import { resourceOf } from './cluster-reader.ts'
import type { Disruption } from './disruption.ts'
import {
  type DrainedGroup,
  type DrainedWorkload,
  drainDisruption,
  drainedWorkloads,
  groupOf,
} from './drain-workloads.ts'
import { belongsToNode, controllerOf, hasEnded, hasLocalData, placeOf } from './drained-pod.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import { type Scope, scopeRefusal } from './options.ts'
import { POD } from './target.ts'

const MAX_NAMED = 5

/** What is to be known of the pods of a node before it is drained. */
export interface DrainPods {
  /** Those that are to go, in order of namespace and name. */
  readonly going: readonly KubernetesObject[]
  /** Why it must not be done, naming the pods. */
  readonly refused: string | undefined
  /** Their topmost controllers. */
  readonly tops: readonly Resource[]
  /** Of these the ones that somebody decides about. */
  readonly workloads: readonly DrainedWorkload[]
  readonly disruption: Disruption
  /** Namespaces, controllers and the pods themselves, whose owners have a word to say. */
  readonly heard: readonly KubernetesObject[]
  readonly doubts: readonly string[]
}

/** The pods of a node that are not on their way out; `unreadable` where not all of them can be listed. */
export async function podsOn(
  scope: Scope,
  node: string,
  context: CallContext,
): Promise<readonly KubernetesObject[] | 'unreadable'> {
  const pods = await listAll(scope.read, { ...POD, fieldSelector: `spec.nodeName=${node}` }, context)
  if (pods === 'unreadable') return pods
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Looks at every pod of a node: what goes, what stays as it belongs there or has ended, and what must not go. */
export async function lookAtPods(
  scope: Scope,
  node: string,
  { localData }: { readonly localData: boolean },
  context: CallContext,
): Promise<DrainPods> {
  const all = await podsOn(scope, node, context)
  if (all === 'unreadable')
    return {
      ...nothing,
      refused: 'not all pods of the node can be seen: let the `read` credentials list pods of all namespaces',
    }
  const going = all
    .filter((pod) => !belongsToNode(pod) && !hasEnded(pod))
    .sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const alike = Map.groupBy(going, ({ metadata }) => controllerOf(metadata)?.uid ?? metadata.uid)
  const groups = await Promise.all([...alike.values()].map((pods) => groupOf(scope, pods, context)))
  const namespaces = [...new Set(going.map(({ metadata }) => String(metadata.namespace)))]
  const read = await Promise.all(namespaces.map((name) => readNamespace(scope.read, name, context)))
  const doubts = [
    ...groups.flatMap((group) => group.doubts),
    ...(read.includes(undefined) ? ['namespace-unreadable'] : []),
  ]
  return {
    going,
    refused: refusalOf(scope, going, localData) ?? groups.map(tooManyBudgets).find((each) => each !== undefined),
    tops: [...new Map(groups.flatMap(({ top }) => top ?? []).map((top) => [resourceKey(top), top])).values()],
    workloads: drainedWorkloads(groups),
    disruption: drainDisruption(groups),
    heard: [...read.flatMap((each) => each ?? []), ...groups.flatMap(({ controllers }) => controllers), ...going],
    doubts: [...new Set(doubts)].sort(),
  }
}

const nothing: DrainPods = {
  going: [],
  refused: undefined,
  tops: [],
  workloads: [],
  disruption: {},
  heard: [],
  doubts: [],
}

function refusalOf(scope: Scope, going: readonly KubernetesObject[], localData: boolean): string | undefined {
  const outside = going.map((pod) => [pod, scopeRefusal(scope, resourceOf(scope, pod))] as const)
  const [first] = outside.filter(([, because]) => because !== undefined)
  if (first !== undefined)
    return `${listed(outside.flatMap(([pod, because]) => (because ? [pod] : [])))} must stay: ${first[1]}`
  const alone = going.filter(({ metadata }) => controllerOf(metadata) === undefined)
  if (alone.length > 0) return `${listed(alone)} would not come back: no controller would make another`
  const losing = localData ? [] : going.filter(hasLocalData)
  return losing.length > 0
    ? `${listed(losing)} would lose local data (emptyDir); \`localData: true\` accepts that`
    : undefined
}

function tooManyBudgets({ pods: [pod], budgets }: DrainedGroup): string | undefined {
  if (pod === undefined || budgets === 'unreadable' || budgets.length < 2) return undefined
  const names = budgets.map(({ name }) => name).join(', ')
  return `${placeOf(pod)} is covered by more than one disruption budget (${names}), and the API server evicts no such pod`
}

function listed(pods: readonly KubernetesObject[]): string {
  const more = pods.length > MAX_NAMED ? ` and ${pods.length - MAX_NAMED} more` : ''
  return `${pods.length === 1 ? 'pod' : 'pods'} ${pods.slice(0, MAX_NAMED).map(placeOf).join(', ')}${more}`
}
