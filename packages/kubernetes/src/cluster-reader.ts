import { type CallContext, MendkitError, type Resource } from '@mendkit/core'
import { readControllerRevisions } from './controller-revisions.ts'
import { isKnownKind } from './kinds.ts'
import type { KubernetesClient, KubernetesObject, ObjectReference } from './kubernetes-client.ts'
import { isReadable, type Scope } from './options.ts'
import { type Pod, parsePod } from './parse-pod.ts'
import { parseWorkload, podSelector, type Workload } from './parse-workload.ts'
import { type Rollout, revisionsOf, rolloutOf } from './rollout.ts'

/** Kinds that make pods from a template. */
const WORKLOAD_KINDS = ['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet']
const MAX_PODS = 1000

/** Names one object that evidence is about. */
export interface Subject {
  readonly kind: string
  readonly namespace: string
  readonly name: string
}

/** A workload with its pods. */
export interface Observed {
  readonly workload: Workload
  readonly pods: readonly Pod[]
  /** True when there were more pods than are read. */
  readonly truncated: boolean
  /** Only for Deployments. */
  readonly rollout: Rollout | undefined
}

/** Whether evidence can be gathered about objects of this kind. */
export function isWorkloadKind(kind: string): boolean {
  return WORKLOAD_KINDS.includes(kind)
}

/** The API version under which a kind is read. */
function apiVersionOf(kind: string): string {
  const known = ['v1', 'apps/v1', 'batch/v1', 'policy/v1', 'autoscaling/v2'].find((each) => isKnownKind(each, kind))
  if (known === undefined) throw new MendkitError('invalid', `kind ${kind} is not one that is read`, { path: 'kind' })
  return known
}

/** Reads one object of the scope. Throws `rejected` outside its namespaces, `not-found` when it is not there. */
export async function readSubject(scope: Scope, subject: Subject, context: CallContext): Promise<KubernetesObject> {
  const { kind, namespace, name } = subject
  if (!isReadable(scope, namespace)) {
    throw new MendkitError('rejected', `${namespace} is not among the namespaces of kubernetes()`)
  }
  return scope.read.get({ apiVersion: apiVersionOf(kind), kind, namespace, name }, context)
}

/** Reads a workload, its pods and, for a Deployment, its revisions. */
export async function readWorkload(scope: Scope, subject: Subject, context: CallContext): Promise<Observed> {
  if (!isWorkloadKind(subject.kind)) {
    throw new MendkitError('invalid', `${subject.kind} is not a workload`, { path: 'kind' })
  }
  const workload = parseWorkload(await readSubject(scope, subject, context))
  const rollout = subject.kind === 'Deployment' ? await readRollout(scope.read, workload, context) : undefined
  const revisions = rollout === undefined ? [] : revisionsOf(rollout)
  const owners = new Set([workload.object.metadata.uid, ...revisions.map(({ uid }) => uid)])
  const list = await scope.read.list(
    {
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: subject.namespace,
      labelSelector: podSelector(workload),
      atMost: MAX_PODS,
    },
    context,
  )
  // A selector can match pods of others; only the controller's word counts.
  const pods = list.items.map(parsePod).filter((pod) => pod.controller !== undefined && owners.has(pod.controller.uid))
  return { workload, pods, truncated: list.truncated, rollout }
}

/** The revisions of a Deployment, which are ReplicaSets, or of a StatefulSet or DaemonSet, which are ControllerRevisions. */
export async function readRollout(
  client: KubernetesClient,
  workload: Workload,
  context: CallContext,
): Promise<Rollout> {
  const { kind, metadata } = workload.object
  if (kind !== 'Deployment') return readControllerRevisions(client, workload, context)
  const { namespace } = metadata
  const labelSelector = podSelector(workload)
  const sets = await client.list({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, labelSelector }, context)
  return rolloutOf(workload, sets.items)
}

/** An object as a resource of the cluster. */
export function resourceOf(scope: Scope, object: KubernetesObject): Resource & { readonly uid: string } {
  const { apiVersion, kind } = object
  const { name, namespace, uid } = object.metadata
  return { cluster: scope.cluster, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name, uid }
}

/** Where a resource is read. */
export function referenceOf(resource: Resource): ObjectReference {
  const { apiVersion, kind, namespace, name } = resource
  return { apiVersion, kind, namespace, name }
}
