import { MendkitError } from '@mendkit/core'
import { actsOnNodes, type KubernetesActionType, kubernetesActionTypes } from './action-types.ts'
import { actionReads, type Permission, permissionsOf } from './catalogue.ts'
import { groupOf, kindRoute } from './kinds.ts'
import { AUTOSCALER, DAEMON_SET, DEPLOYMENT, NODE, POD, STATEFUL_SET } from './target.ts'

/** One rule of a Role or ClusterRole, as in its manifest. */
export interface RoleRule {
  readonly apiGroups: readonly string[]
  /** Plurals, and subresources such as `pods/eviction`. */
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

/** What evidence, owners and health read, whichever actions there are. */
const evidence: readonly Permission[] = [
  { verb: 'get', ...POD },
  { verb: 'list', ...POD },
  { verb: 'get', ...POD, subresource: 'log' },
  { verb: 'list', apiVersion: 'v1', kind: 'Event' },
  { verb: 'get', ...DEPLOYMENT },
  { verb: 'get', ...STATEFUL_SET },
  { verb: 'get', ...DAEMON_SET },
  { verb: 'get', apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { verb: 'list', apiVersion: 'apps/v1', kind: 'ReplicaSet' },
  { verb: 'list', apiVersion: 'apps/v1', kind: 'ControllerRevision' },
  { verb: 'get', ...AUTOSCALER },
  { verb: 'get', apiVersion: 'batch/v1', kind: 'Job' },
  { verb: 'list', apiVersion: 'batch/v1', kind: 'Job' },
  { verb: 'get', apiVersion: 'batch/v1', kind: 'CronJob' },
  { verb: 'get', apiVersion: 'v1', kind: 'Service' },
  { verb: 'get', apiVersion: 'v1', kind: 'PersistentVolumeClaim' },
  { verb: 'get', apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
]

const inNamespaces = kubernetesActionTypes.filter((type) => !actsOnNodes(type))

/**
 * The least that the two roles must allow, in each namespace, so that exactly these actions can be previewed, carried out,
 * observed, fenced and announced, and workloads be diagnosed and judged. Without actions: what it takes to diagnose, and
 * nothing to act. `permissionPlaces` says in which roles they belong. Throws `config` for an action that this package does not
 * have.
 * @default every action that acts inside namespaces
 */
export function leastPermissions(actions: readonly KubernetesActionType[] = inNamespaces): {
  readonly read: readonly Permission[]
  readonly act: readonly Permission[]
} {
  const unknown = actions.find((type) => !kubernetesActionTypes.includes(type))
  if (unknown !== undefined) {
    const text = `there is no action ${JSON.stringify(unknown)}; there are ${kubernetesActionTypes.join(', ')}`
    throw new MendkitError('config', text, { path: 'actions' })
  }
  return {
    read: [...evidence, ...actionReads(actions)],
    act: actions.length === 0 ? [] : permissionsOf({ actions }),
  }
}

/** Which roles permissions belong in. */
export interface PermissionPlaces {
  /** Those for a Role in each namespace that Mendkit shall see. */
  readonly namespaces: readonly Permission[]
  /** Those for a ClusterRole that is bound in the whole cluster. */
  readonly cluster: readonly Permission[]
  /** Those for a Role in the one namespace that they name. */
  readonly named: ReadonlyMap<string, readonly Permission[]>
}

/** Sorts permissions by where they must be granted: nodes are in no namespace, and Events about them are in `default`. */
export function permissionPlaces(permissions: readonly Permission[]): PermissionPlaces {
  const isOfCluster = ({ apiVersion, kind, everywhere = false }: Permission) => everywhere || isNode(apiVersion, kind)
  const cluster = permissions.filter(isOfCluster)
  const others = permissions.filter((one) => !isOfCluster(one))
  const named = others.flatMap(({ namespace }) => namespace ?? [])
  return {
    namespaces: others.filter(({ namespace }) => namespace === undefined),
    cluster,
    named: new Map(named.map((place) => [place, others.filter(({ namespace }) => namespace === place)])),
  }
}

/** The one cluster-wide kind that no Role of a namespace allows; that may get its own Namespace. */
function isNode(apiVersion: string, kind: string): boolean {
  return apiVersion === NODE.apiVersion && kind === NODE.kind
}

/**
 * Permissions as the rules of a role, wherever it is bound: resources of one API group that share their verbs stand in one
 * rule. Where they are needed in different places, give those of each of the `permissionPlaces` apart.
 */
export function roleRules(permissions: readonly Permission[]): readonly RoleRule[] {
  const verbs = new Map<string, { group: string; resource: string; verbs: string[] }>()
  for (const { verb, apiVersion, kind, subresource } of permissions) {
    const { plural } = kindRoute(apiVersion, kind)
    const [group, resource] = [groupOf(apiVersion), subresource === undefined ? plural : `${plural}/${subresource}`]
    const known = verbs.get(`${group}/${resource}`)
    if (known === undefined) verbs.set(`${group}/${resource}`, { group, resource, verbs: [verb] })
    else if (!known.verbs.includes(verb)) known.verbs.push(verb)
  }
  const alike = Map.groupBy(verbs.values(), (one) => `${one.group}/${one.verbs.toSorted().join()}`)
  return [...alike.values()].map((all) => ({
    apiGroups: [all[0]?.group ?? ''],
    resources: all.map(({ resource }) => resource),
    verbs: all[0]?.verbs ?? [],
  }))
}
