import { type CallContext, type LabelledResource, MendkitError, type Resource, type Topology } from '@mendkit/core'
import { referenceOf, resourceOf } from './cluster-reader.ts'
import { isKnownKind } from './kinds.ts'
import type { KubernetesObject, OwnerReference } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'
import { isReadable, type Scope } from './options.ts'
import { NODE } from './target.ts'

/** Longer chains of controllers do not occur; a circle must not be followed for ever. */
const MAX_DEPTH = 8

/** One controller of an object, as far as it is known. */
export interface Controller {
  readonly resource: LabelledResource
  /** Undefined where it is not read, or is gone. */
  readonly object: KubernetesObject | undefined
  /** The credentials to read may not read it, so nobody knows what its owners say. */
  readonly unreadable: boolean
}

/** Tells who controls an object, up to the topmost controller. Controllers of unknown kinds are named, not read. */
export function ownerTopology(scope: Scope): Topology {
  return {
    spec: 1,
    id: `kubernetes:${scope.cluster}`,
    async owners(resource, context) {
      if (resource.cluster !== scope.cluster || !isRead(scope, resource)) return undefined
      if (resource.namespace !== undefined && !isReadable(scope, resource.namespace)) return undefined
      const object = await readIfAllowed(scope, resource, context)
      return object === undefined || object === 'unreadable' ? undefined : ownersOf(scope, object, context)
    },
  }
}

/** The controllers of an object that has been read, nearest first. */
export async function ownersOf(
  scope: Scope,
  object: KubernetesObject,
  context: CallContext,
): Promise<readonly LabelledResource[]> {
  const controllers = await controllersOf(scope, object, context)
  return controllers.map(({ resource }) => resource)
}

/** The same with what was read of them. */
export async function controllersOf(
  scope: Scope,
  object: KubernetesObject,
  context: CallContext,
): Promise<readonly Controller[]> {
  const chain: Controller[] = []
  let below = object
  while (chain.length < MAX_DEPTH) {
    const owner = below.metadata.ownerReferences?.find((reference) => reference.controller === true)
    if (owner === undefined) break
    const resource = ownerResource(scope, below, owner)
    const found = isRead(scope, resource) ? await readIfAllowed(scope, resource, context) : undefined
    const unreadable = found === 'unreadable'
    const read = unreadable ? undefined : found
    chain.push({ resource: { ...resource, labels: read?.metadata.labels ?? {} }, object: read, unreadable })
    if (read === undefined) break
    below = read
  }
  return chain
}

/** Nodes serve the whole cluster, and are not read unless the option says so. */
function isRead(scope: Scope, { apiVersion, kind }: Resource): boolean {
  return isKnownKind(apiVersion, kind) && (kind !== NODE.kind || scope.nodes)
}

function ownerResource(scope: Scope, below: KubernetesObject, owner: OwnerReference): Resource {
  const { apiVersion, kind, name, uid } = owner
  // A controller lives in the namespace of what it controls, or in none at all, like a Node.
  const namespace = kind === 'Node' ? undefined : below.metadata.namespace
  return { cluster: scope.cluster, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name, uid }
}

/** An object as it is; undefined when it is gone or another has taken its name, `unreadable` where nobody may read it. */
export async function readIfAllowed(
  scope: Scope,
  resource: Resource,
  context: CallContext,
): Promise<KubernetesObject | 'unreadable' | undefined> {
  try {
    const object = await scope.read.get(referenceOf(resource), context)
    // Another object under the same name is not the one that was meant.
    const other = resource.uid !== undefined && resourceOf(scope, object).uid !== resource.uid
    return other ? undefined : object
  } catch (error) {
    if (MendkitError.is(error, 'not-found')) return undefined
    if (failureOf(error)?.status === 403) return 'unreadable'
    throw error
  }
}
