import {
  type CallContext,
  describeResource,
  type Fact,
  type LabelledResource,
  type Reading,
  type Resource,
} from '@mendkit/core'
import { isWorkloadKind, type Observed, readSubject, readWorkload, resourceOf, type Subject } from './cluster-reader.ts'
import { factsAbout } from './facts.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { parseNode } from './parse-node.ts'
import { nodeNameOf, type Pod, parsePod } from './parse-pod.ts'
import { revisionsOf } from './rollout.ts'
import { NODE } from './target.ts'
import { controllersOf, readIfAllowed } from './topology.ts'

/** Objects that are told of one by one; counts cover all pods. */
const MAX_SETS = 4
const MAX_PODS = 20
const MAX_NODES = 8

/** What stands around an object: what was seen of its workload, if it has one, and its pods. */
interface Surroundings {
  readonly root: KubernetesObject
  readonly pods: readonly Pod[]
  readonly observed: Observed | undefined
}

/**
 * Which objects belong together around one: who controls it, the workload with its ReplicaSets, their pods, the nodes on which
 * these run, and how each of them is. Pods that are not ready stand first.
 */
export async function readTopology(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  const object = await readSubject(scope, subject, context)
  const { root, pods, observed } = await surroundingsOf(scope, object, context)
  const sorted = pods.toSorted((a, b) => Number(a.state === 'ready') - Number(b.state === 'ready'))
  const sets = setsOf(scope, observed)
  const nodes = byNode(scope, sorted)
  const told = [...nodes].slice(0, MAX_NODES)
  const nodeFacts: Fact[] = []
  for (const [, { node, here }] of told) nodeFacts.push(...(await factsOfNode(scope, node, here, context)))
  return {
    facts: [
      ...(await chainFacts(scope, root, context)),
      ...workloadFacts(scope, observed),
      ...sets.slice(0, MAX_SETS).flatMap(({ facts }) => facts),
      ...sorted.slice(0, MAX_PODS).flatMap((pod) => factsOfPod(scope, pod)),
      ...nodeFacts,
    ],
    resource: resourceOf(scope, root),
    warnings: [
      ...(observed?.truncated === true ? ['there are more pods than were read'] : []),
      ...leftOut('ReplicaSets with pods', sets.length, MAX_SETS),
      ...leftOut('pods', sorted.length, MAX_PODS),
      ...leftOut('nodes', nodes.size, MAX_NODES),
    ],
  }
}

function leftOut(what: string, count: number, most: number): readonly string[] {
  return count > most ? [`only ${most} of ${count} ${what} are told one by one`] : []
}

/** The topmost workload that is read, or the object itself. */
async function surroundingsOf(scope: Scope, object: KubernetesObject, context: CallContext): Promise<Surroundings> {
  const chain = await controllersOf(scope, object, context)
  const above = chain.findLast(({ object: owner }) => owner !== undefined && isWorkloadKind(owner.kind))?.object
  const root = above ?? object
  const { namespace, name } = root.metadata
  if (!isWorkloadKind(root.kind) || namespace === undefined)
    return { root, observed: undefined, pods: root.kind === 'Pod' ? [parsePod(root)] : [] }
  const observed = await readWorkload(scope, { kind: root.kind, namespace, name }, context)
  return { root, observed, pods: observed.pods }
}

/** Who controls the root, up to the topmost. */
async function chainFacts(scope: Scope, root: KubernetesObject, context: CallContext): Promise<readonly Fact[]> {
  const owners = await controllersOf(scope, root, context)
  const chain = [resourceOf(scope, root), ...owners.map(({ resource }) => withoutLabels(resource))]
  return chain.flatMap((below, index) => {
    const owner = chain[index + 1]
    const list = factsAbout(below)
    list.is('topology.controlled-by', 'spec', owner && describeResource(owner))
    return list.facts
  })
}

function withoutLabels({ labels: _labels, ...resource }: LabelledResource): Resource {
  return resource
}

function workloadFacts(scope: Scope, observed: Observed | undefined): readonly Fact[] {
  if (observed === undefined) return []
  const { object, counts } = observed.workload
  const list = factsAbout(resourceOf(scope, object))
  list.is('topology.pods', 'status', observed.pods.length)
  list.is('topology.pods-wanted', 'spec', counts.desired)
  list.is('topology.pods-ready', 'status', readyOf(observed.pods))
  return list.facts
}

/** ReplicaSets of a Deployment that have pods, and the one that it asks for. */
function setsOf(scope: Scope, observed: Observed | undefined): readonly { readonly facts: readonly Fact[] }[] {
  if (observed?.rollout === undefined) return []
  const { workload, pods, rollout } = observed
  const deployment = resourceOf(scope, workload.object)
  return revisionsOf(rollout).flatMap((revision) => {
    const own = pods.filter(({ controller }) => controller?.uid === revision.uid)
    if (own.length === 0 && revision !== rollout.current) return []
    const list = factsAbout(resourceOf(scope, revision.object))
    list.is('topology.controlled-by', 'spec', describeResource(deployment))
    list.is('topology.newest-revision', 'spec', revision === rollout.current)
    list.is('topology.pods', 'status', own.length)
    list.is('topology.pods-ready', 'status', readyOf(own))
    return [list]
  })
}

function readyOf(pods: readonly Pod[]): number {
  return pods.filter(({ state }) => state === 'ready').length
}

function factsOfPod(scope: Scope, pod: Pod): readonly Fact[] {
  const { controller, state, object } = pod
  const { namespace } = object.metadata
  const list = factsAbout(resourceOf(scope, object))
  list.is('topology.pod', 'status', state)
  if (controller !== undefined)
    list.is('topology.controlled-by', 'spec', `${controller.kind} ${namespace}/${controller.name}`)
  list.is('topology.runs-on', 'status', nodeNameOf(pod))
  return list.facts
}

/** Nodes with the pods on them, the node of the first pod first. A pod that no node has taken is on none. */
function byNode(scope: Scope, pods: readonly Pod[]) {
  const nodes = new Map<string, { readonly node: Resource; readonly here: Pod[] }>()
  for (const pod of pods) {
    const name = nodeNameOf(pod)
    if (name === undefined) continue
    const { apiVersion, kind } = NODE
    const known = nodes.get(name) ?? { node: { cluster: scope.cluster, apiVersion, kind, name }, here: [] }
    known.here.push(pod)
    nodes.set(name, known)
  }
  return nodes
}

/** What runs on a node, and with the option `nodes` whether it is ready. */
async function factsOfNode(
  scope: Scope,
  node: Resource,
  here: readonly Pod[],
  context: CallContext,
): Promise<readonly Fact[]> {
  const found = scope.nodes ? await readIfAllowed(scope, node, context) : undefined
  const object = found === 'unreadable' ? undefined : found
  const list = factsAbout(object === undefined ? node : resourceOf(scope, object))
  list.is('topology.pods-on-node', 'status', here.length)
  list.is('topology.pods-ready-on-node', 'status', readyOf(here))
  if (object === undefined) return list.facts
  const { ready, cordoned } = parseNode(object)
  list.is('topology.node-ready', 'status', ready)
  list.is('topology.node-cordoned', 'spec', cordoned)
  return list.facts
}
