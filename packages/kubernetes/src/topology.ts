import { type CallContext, type LabelledResource, MendkitError, type Resource, type Topology } from '@mendkit/core'
import { referenceOf, resourceOf } from './cluster-reader.ts'
import { isKnownKind } from './kinds.ts'
import type { KubernetesObject, OwnerReference } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'
import { isReadable, type Scope } from './options.ts'

/** Longer chains of controllers do not occur; a circle must not be followed for ever. */
const MAX_DEPTH = 8

/** Tells who controls an object, up to the topmost controller. Controllers of unknown kinds are named, not read. */
export function ownerTopology(scope: Scope): Topology {
  return {
    spec: 1,
    id: `kubernetes:${scope.cluster}`,
    async owners(resource, context) {
      if (resource.cluster !== scope.cluster || !isKnownKind(resource.apiVersion, resource.kind)) return undefined
      if (resource.namespace !== undefined && !isReadable(scope, resource.namespace)) return undefined
      const object = await readOrUndefined(scope, resource, context)
      return object === undefined ? undefined : ownersOf(scope, object, context)
    },
  }
}

/** The controllers of an object that has been read, nearest first. */
export async function ownersOf(
  scope: Scope,
  object: KubernetesObject,
  context: CallContext,
): Promise<readonly LabelledResource[]> {
  const chain: LabelledResource[] = []
  let below = object
  while (chain.length < MAX_DEPTH) {
    const owner = below.metadata.ownerReferences?.find((reference) => reference.controller === true)
    if (owner === undefined) break
    const resource = ownerResource(scope, below, owner)
    const read = isKnownKind(owner.apiVersion, owner.kind) ? await readOrUndefined(scope, resource, context) : undefined
    chain.push({ ...resource, labels: read?.metadata.labels ?? {} })
    if (read === undefined) break
    below = read
  }
  return chain
}

function ownerResource(scope: Scope, below: KubernetesObject, owner: OwnerReference): Resource {
  const { apiVersion, kind, name, uid } = owner
  // A controller lives in the namespace of what it controls, or in none at all, like a Node.
  const namespace = kind === 'Node' ? undefined : below.metadata.namespace
  return { cluster: scope.cluster, apiVersion, kind, ...(namespace === undefined ? {} : { namespace }), name, uid }
}

async function readOrUndefined(
  scope: Scope,
  resource: Resource,
  context: CallContext,
): Promise<KubernetesObject | undefined> {
  try {
    const object = await scope.read.get(referenceOf(resource), context)
    // Another object under the same name is not the one that was meant.
    const other = resource.uid !== undefined && resourceOf(scope, object).uid !== resource.uid
    return other ? undefined : object
  } catch (error) {
    if (MendkitError.is(error, 'not-found') || failureOf(error)?.status === 403) return undefined
    throw error
  }
}
