/** The object that an alert, a fact or an action is about. Without `uid` it names whatever has this name now. */
export interface Resource {
  /** The name that the host gave the cluster, such as `prod-eu`; `default` where there is only one. */
  readonly cluster: string
  /** Kubernetes group and version (`apps/v1`), or the host's own vocabulary (`shop/v1`). */
  readonly apiVersion: string
  readonly kind: string
  /** Absent for objects that live in no namespace. */
  readonly namespace?: string
  readonly name: string
  /** Identity across re-creation under the same name, where the source knows it. */
  readonly uid?: string
}

/** A resource with the labels that policies and selectors may read. */
export interface LabelledResource extends Resource {
  readonly labels: Readonly<Record<string, string>>
}

/**
 * One text per object, equal for every API version of it: `cluster/group/kind/namespace/name`. The UID is left out, so
 * that an object that was deleted and made again under its name keeps its key. Parts are percent-escaped.
 */
export function resourceKey(resource: Resource): string {
  const group = resource.apiVersion.includes('/') ? resource.apiVersion.slice(0, resource.apiVersion.indexOf('/')) : ''
  const { cluster, kind, namespace = '', name } = resource
  return `${escapePart(cluster)}/${escapePart(group)}/${escapePart(kind)}/${escapePart(namespace)}/${escapePart(name)}`
}

/** `Deployment shop/checkout`, for people. */
export function describeResource(resource: Resource): string {
  const name = resource.namespace === undefined ? resource.name : `${resource.namespace}/${resource.name}`
  return `${resource.kind} ${name}`
}

function escapePart(part: string): string {
  return part.includes('%') || part.includes('/') ? part.replaceAll('%', '%25').replaceAll('/', '%2F') : part
}

/** The resource alone, without the labels that policies read. */
export function withoutLabels({ cluster, apiVersion, kind, namespace, name, uid }: Resource): Resource {
  return {
    cluster,
    apiVersion,
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
  }
}
