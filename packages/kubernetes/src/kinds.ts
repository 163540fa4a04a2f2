import { MendkitError } from '@mendkit/core'
import type { ObjectReference } from './kubernetes-client.ts'

/** How the API server routes a kind. */
export interface KindRoute {
  readonly plural: string
  readonly namespaced: boolean
}

const routes: Readonly<Record<string, KindRoute>> = {
  'v1/Pod': { plural: 'pods', namespaced: true },
  'v1/Event': { plural: 'events', namespaced: true },
  'v1/Service': { plural: 'services', namespaced: true },
  'v1/ReplicationController': { plural: 'replicationcontrollers', namespaced: true },
  'v1/PersistentVolumeClaim': { plural: 'persistentvolumeclaims', namespaced: true },
  'v1/ResourceQuota': { plural: 'resourcequotas', namespaced: true },
  'v1/LimitRange': { plural: 'limitranges', namespaced: true },
  'v1/Namespace': { plural: 'namespaces', namespaced: false },
  'v1/Node': { plural: 'nodes', namespaced: false },
  'apps/v1/Deployment': { plural: 'deployments', namespaced: true },
  'apps/v1/ReplicaSet': { plural: 'replicasets', namespaced: true },
  'apps/v1/StatefulSet': { plural: 'statefulsets', namespaced: true },
  'apps/v1/DaemonSet': { plural: 'daemonsets', namespaced: true },
  'apps/v1/ControllerRevision': { plural: 'controllerrevisions', namespaced: true },
  'batch/v1/Job': { plural: 'jobs', namespaced: true },
  'batch/v1/CronJob': { plural: 'cronjobs', namespaced: true },
  'policy/v1/PodDisruptionBudget': { plural: 'poddisruptionbudgets', namespaced: true },
  'autoscaling/v2/HorizontalPodAutoscaler': { plural: 'horizontalpodautoscalers', namespaced: true },
}

/** Whether this adapter can address objects of this kind. Owners of other kinds are named, but never read. */
export function isKnownKind(apiVersion: string, kind: string): boolean {
  return Object.hasOwn(routes, `${apiVersion}/${kind}`)
}

/** How this kind is addressed. Throws `invalid` for a kind that this adapter does not know. */
export function kindRoute(apiVersion: string, kind: string): KindRoute {
  const route = Object.hasOwn(routes, `${apiVersion}/${kind}`) ? routes[`${apiVersion}/${kind}`] : undefined
  if (route === undefined) {
    throw new MendkitError('invalid', `kind ${kind} of ${apiVersion} is not one that the Kubernetes adapter reads`, {
      path: 'kind',
    })
  }
  return route
}

/** Whether workloads of this kind keep their earlier pod templates as revisions, so that a rollout can be told and undone. */
export function keepsRevisions(kind: string): boolean {
  return kind === 'Deployment' || kind === 'StatefulSet' || kind === 'DaemonSet'
}

/** The API group of an `apiVersion`; empty for the core group. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/')
  return slash === -1 ? '' : apiVersion.slice(0, slash)
}

/** Path below the server's address of all objects of a kind, in one namespace or in all. */
export function collectionPath(apiVersion: string, kind: string, namespace: string | undefined): string {
  const route = kindRoute(apiVersion, kind)
  const root = groupOf(apiVersion) === '' ? `/api/${apiVersion}` : `/apis/${apiVersion}`
  const scope = route.namespaced && namespace !== undefined ? `/namespaces/${segment(namespace, 'namespace')}` : ''
  return `${root}${scope}/${route.plural}`
}

/** Path below the server's address of one object. Throws `invalid` when a namespace is missing or a name cannot be one. */
export function objectPath(reference: ObjectReference): string {
  const { apiVersion, kind, namespace, name } = reference
  if (kindRoute(apiVersion, kind).namespaced && namespace === undefined) {
    throw new MendkitError('invalid', `${kind} ${name} needs a namespace`, { path: 'namespace' })
  }
  return `${collectionPath(apiVersion, kind, namespace)}/${segment(name, 'name')}`
}

// Names reach this from alert labels. The API server's own rule for a path segment is what keeps `..` or `a/b?x` from
// addressing something else.
function segment(value: string, path: string): string {
  if (value === '' || value === '.' || value === '..' || /[/%]/.test(value)) {
    throw new MendkitError('invalid', `${JSON.stringify(value)} cannot be the ${path} of a Kubernetes object`, { path })
  }
  return encodeURIComponent(value)
}
