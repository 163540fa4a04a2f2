import { MendkitError, type Resource } from '@mendkit/core'
import { z } from 'zod'
import { actsOnNodes, type KubernetesActionType, kubernetesActionTypes } from './action-types.ts'
import { kubernetesClient } from './client.ts'
import type { KubernetesClientOptions } from './client-options.ts'
import { inTimeClient } from './in-time-client.ts'
import type { KubernetesClient } from './kubernetes-client.ts'

/** Options of `kubernetes`. */
export interface KubernetesOptions {
  /** Name that alerts and resources carry for this cluster. @default 'default' */
  readonly cluster?: string
  /** The only namespaces that are read and acted in. @default all; system namespaces and Mendkit's own are never acted in */
  readonly namespaces?: readonly string[]
  /** How to read. @default what kubectl would use, or the pod's own service account */
  readonly read?: KubernetesClientOptions | KubernetesClient
  /** How to act. @default not at all: previews are computed here and marked `not-permitted` */
  readonly act?: KubernetesClientOptions | KubernetesClient
  /** Namespace in which Mendkit itself runs; nothing in it is ever acted on. @default 'mendkit' */
  readonly ownNamespace?: string
  /**
   * Secret with which values of environment variables become digests in previews, so that nobody can guess a value from
   * its digest. Must be the same in every process of one installation. @default a text that others know too
   */
  readonly digestKey?: string
  /**
   * Whether nodes are read and acted on, which serve the whole cluster whatever `namespaces` says. The roles to read and to
   * act then need permissions at the cluster's scope. @default false
   */
  readonly nodes?: boolean
  /** The only actions that it offers; the role to act needs no more than these do. @default all, those on nodes with `nodes` */
  readonly actions?: readonly KubernetesActionType[]
  /** Most replicas that an action may ask for, of a workload or as an autoscaler's bound. @default 100 */
  readonly maxReplicas?: number
}

/** The options with clients made and defaults filled in. */
export interface Scope {
  readonly cluster: string
  readonly read: KubernetesClient
  readonly act: KubernetesClient | undefined
  readonly namespaces: readonly string[] | undefined
  readonly ownNamespace: string
  readonly digestKey: string
  readonly nodes: boolean
  readonly actions: readonly KubernetesActionType[]
  readonly maxReplicas: number
}

const access = z.custom<KubernetesClientOptions | KubernetesClient>(
  (value) => typeof value === 'object' && value !== null,
  { error: 'must be client options or a KubernetesClient' },
)

const optionsSchema = z.strictObject({
  cluster: z.string().min(1).default('default'),
  namespaces: z.array(z.string().min(1)).min(1).optional(),
  read: access.optional(),
  act: access.optional(),
  ownNamespace: z.string().min(1).default('mendkit'),
  digestKey: z.string().min(16).optional(),
  nodes: z.boolean().default(false),
  actions: z.array(z.enum(kubernetesActionTypes)).optional(),
  maxReplicas: z.number().int().min(1).max(10_000).default(100),
})

/** Namespaces of Kubernetes itself. */
const SYSTEM_NAMESPACES = ['kube-system', 'kube-public', 'kube-node-lease']

/** Checks the options and makes the clients, without I/O. Throws `config` that names the option. */
export function openScope(options: KubernetesOptions): Scope {
  const parsed = optionsSchema.safeParse(options)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : (issue?.path.join('.') ?? '')
    throw new MendkitError('config', `kubernetes option ${path}: ${issue?.message}`, { path })
  }
  const { cluster, namespaces, read, act, ownNamespace, digestKey = 'mendkit', nodes, maxReplicas } = parsed.data
  return {
    cluster,
    namespaces,
    ownNamespace,
    digestKey,
    nodes,
    actions: actionsChosen(parsed.data),
    maxReplicas,
    read: clientOf(read ?? {}),
    act: act === undefined ? undefined : inTimeClient(clientOf(act)),
  }
}

function actionsChosen({ nodes, actions }: z.output<typeof optionsSchema>): readonly KubernetesActionType[] {
  if (actions === undefined) return kubernetesActionTypes.filter((type) => nodes || !actsOnNodes(type))
  const without = actions.find((type) => !nodes && actsOnNodes(type))
  if (without === undefined) return actions
  throw new MendkitError('config', `kubernetes option actions: ${without} needs the option nodes: true`, {
    path: 'actions',
  })
}

/** Whether objects of this namespace are read at all. */
export function isReadable(scope: Scope, namespace: string | undefined): boolean {
  return scope.namespaces === undefined || (namespace !== undefined && scope.namespaces.includes(namespace))
}

/** Why this object may not be acted on, for where it is; `undefined` when it may. */
export function scopeRefusal(scope: Scope, { kind, namespace }: Resource): string | undefined {
  if (kind === 'Node' && scope.nodes) return undefined
  if (namespace === undefined) return 'objects outside namespaces are not acted on'
  if (SYSTEM_NAMESPACES.includes(namespace)) return `${namespace} is a system namespace`
  if (namespace === scope.ownNamespace) return `${namespace} is the namespace of Mendkit itself`
  return isReadable(scope, namespace) ? undefined : `${namespace} is not among the namespaces of kubernetes()`
}

function clientOf(given: KubernetesClientOptions | KubernetesClient): KubernetesClient {
  return isClient(given) ? given : kubernetesClient(given)
}

function isClient(given: KubernetesClientOptions | KubernetesClient): given is KubernetesClient {
  return 'get' in given && typeof given.get === 'function'
}
