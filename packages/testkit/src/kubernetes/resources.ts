import { statusError } from './api-errors.ts'

/** How the simulated API server names a kind in its answers and its audit log. */
export interface ResourceName {
  readonly group: string
  readonly plural: string
  readonly namespaced: boolean
}

const plurals: Readonly<Record<string, Omit<ResourceName, 'group'>>> = {
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

/** Group and plural of a kind. Throws the API server's 404 for one that it does not serve. */
export function resourceName(apiVersion: string, kind: string): ResourceName {
  const known = Object.hasOwn(plurals, `${apiVersion}/${kind}`) ? plurals[`${apiVersion}/${kind}`] : undefined
  if (known === undefined) {
    throw statusError({ status: 404, reason: 'NotFound', message: 'the server could not find the requested resource' })
  }
  const slash = apiVersion.indexOf('/')
  return { group: slash === -1 ? '' : apiVersion.slice(0, slash), ...known }
}

/** `deployments.apps`, as messages name it. */
export function qualified(apiVersion: string, kind: string): string {
  const { group, plural } = resourceName(apiVersion, kind)
  return group === '' ? plural : `${plural}.${group}`
}
