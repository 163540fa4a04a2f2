import { type CallContext, type Resource, resourceKey } from '@mendkit/core'
import { z } from 'zod'
import { readNamespace } from './autonomy-limit.ts'
import { resourceOf } from './cluster-reader.ts'
import { budgetsOf } from './disruption-budgets.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { listAll } from './list-all.ts'
import { type Scope, scopeRefusal } from './options.ts'
import { parseForm } from './parse-form.ts'
import { POD } from './target.ts'
import { type Controller, controllersOf } from './topology.ts'

const podSchema = z.looseObject({
  spec: z.looseObject({ volumes: z.array(z.looseObject({ emptyDir: z.unknown().optional() })).nullish() }),
  status: z.looseObject({ phase: z.string().default('Unknown') }).prefault({}),
})
const MIRROR = 'kubernetes.io/config.mirror'
const MAX_NAMED = 5

/** What is to be known of the pods of a node before it is drained. */
export interface DrainPods {
  /** Those that are to go, in order of namespace and name. */
  readonly going: readonly KubernetesObject[]
  /** Why it must not be done, naming the pods. */
  readonly refused: string | undefined
  /** Their topmost controllers. */
  readonly tops: readonly Resource[]
  /** Namespaces, controllers and the pods themselves, whose owners have a word to say. */
  readonly heard: readonly KubernetesObject[]
  readonly doubts: readonly string[]
  readonly notes: readonly string[]
}

/** The pods of a node that have not ended and are not on their way out; `unreadable` where not all of them can be listed. */
export async function podsOn(
  scope: Scope,
  node: string,
  context: CallContext,
): Promise<readonly KubernetesObject[] | 'unreadable'> {
  const pods = await listAll(scope.read, { ...POD, fieldSelector: `spec.nodeName=${node}` }, context)
  if (pods === 'unreadable') return pods
  return pods.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
}

/** Looks at every pod of a node: what goes, what stays as it belongs there, and what must not go. */
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
  const going = all.filter(isToGo).sort((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))
  const alike = Map.groupBy(going, ({ metadata }) => controllerOf(metadata)?.uid ?? metadata.uid)
  const chains = await Promise.all([...alike.values()].map((pods) => chainOf(scope, pods, context)))
  const namespaces = [...new Set(going.map(({ metadata }) => String(metadata.namespace)))]
  const read = await Promise.all(namespaces.map((name) => readNamespace(scope.read, name, context)))
  const doubts = [
    ...chains.flatMap((chain) => chain.doubts),
    ...(read.includes(undefined) ? ['namespace-unreadable'] : []),
  ]
  return {
    going,
    refused: refusalOf(scope, going, localData) ?? chains.find((chain) => chain.refused !== undefined)?.refused,
    tops: [...new Map(chains.flatMap(({ top }) => top ?? []).map((top) => [resourceKey(top), top])).values()],
    heard: [...read.flatMap((each) => each ?? []), ...chains.flatMap(({ heard }) => heard), ...going],
    doubts: [...new Set(doubts)].sort(),
    notes: [...new Set(chains.flatMap(({ notes }) => notes))].sort(),
  }
}

const nothing: DrainPods = { going: [], refused: undefined, tops: [], heard: [], doubts: [], notes: [] }

/** DaemonSets would make their pods again at once, a node keeps its own, and what has ended does no work there. */
function isToGo(object: KubernetesObject): boolean {
  const { metadata } = object
  const { phase } = parseForm(podSchema, object).status
  const kind = controllerOf(metadata)?.kind
  const stays = kind === 'DaemonSet' || kind === 'Node' || Object.hasOwn(metadata.annotations ?? {}, MIRROR)
  return !stays && phase !== 'Succeeded' && phase !== 'Failed'
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

function hasLocalData(object: KubernetesObject): boolean {
  return (parseForm(podSchema, object).spec.volumes ?? []).some((volume) => volume.emptyDir != null)
}

/** Pods of one controller have the same owners and labels, so that one is asked for all. */
async function chainOf(scope: Scope, [pod]: readonly KubernetesObject[], context: CallContext) {
  if (pod === undefined) throw new Error('no pod')
  const controllers = await controllersOf(scope, pod, context)
  const budgets = await budgetsOf(scope, pod.metadata, context)
  const place = String(pod.metadata.namespace)
  const covering = budgets === 'unreadable' ? [] : budgets
  const several =
    covering.length > 1 &&
    `${placeOf(pod)} is covered by more than one disruption budget (${covering.map(({ name }) => name).join(', ')}), and the API server evicts no such pod`
  return {
    top: topOf(controllers),
    heard: controllers.flatMap(({ object }) => object ?? []),
    refused: several === false ? undefined : several,
    doubts: [
      ...(controllers.some(({ unreadable }) => unreadable) ? ['owner-unreadable'] : []),
      ...(controllers.some(({ resource }) => resource.kind === 'StatefulSet') ? ['stateful'] : []),
      ...(budgets === 'unreadable' ? ['budget-unreadable'] : []),
    ],
    notes: covering.map(
      ({ name, headroom = 0 }) =>
        `disruption budget ${place}/${name} is honoured${headroom < 1 ? ', and has no room now' : ''}`,
    ),
  }
}

function topOf(controllers: readonly Controller[]): Resource | undefined {
  const last = controllers.at(-1)
  if (last === undefined) return undefined
  const { labels: _, ...top } = last.resource
  return top
}

function controllerOf(metadata: KubernetesObject['metadata']) {
  return metadata.ownerReferences?.find((owner) => owner.controller === true)
}

/** `shop/checkout-1`, for messages. */
export function placeOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}

function listed(pods: readonly KubernetesObject[]): string {
  const more = pods.length > MAX_NAMED ? ` and ${pods.length - MAX_NAMED} more` : ''
  return `${pods.length === 1 ? 'pod' : 'pods'} ${pods.slice(0, MAX_NAMED).map(placeOf).join(', ')}${more}`
}
