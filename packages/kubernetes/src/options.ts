import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { type KubernetesActionType, kubernetesActionTypes } from './action-types.ts'
import { kubernetesClient } from './client.ts'
import type { KubernetesClientOptions } from './client-options.ts'
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
  /** The only actions that it offers; the role to act needs no more than these do. @default all */
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
  actions: z.array(z.enum(kubernetesActionTypes)).default([...kubernetesActionTypes]),
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
  const { cluster, namespaces, read, act, ownNamespace, digestKey = 'mendkit', actions, maxReplicas } = parsed.data
  return {
    cluster,
    namespaces,
    ownNamespace,
    digestKey,
    actions,
    maxReplicas,
    read: clientOf(read ?? {}),
    act: act === undefined ? undefined : clientOf(act),
  }
}

/** Whether objects of this namespace are read at all. */
export function isReadable(scope: Scope, namespace: string | undefined): boolean {
  return scope.namespaces === undefined || (namespace !== undefined && scope.namespaces.includes(namespace))
}

/** Why nothing in this namespace may be acted on; `undefined` when it may. */
export function namespaceRefusal(scope: Scope, namespace: string | undefined): string | undefined {
  if (namespace === undefined) return 'objects outside namespaces are never acted on'
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
