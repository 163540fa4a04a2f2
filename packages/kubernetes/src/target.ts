import { type CallContext, describeResource, MendkitError, type Resource } from '@mendkit/core'
import { readTarget } from './guard.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'

/** A kind of object that an action takes. */
export interface TargetKind {
  readonly apiVersion: string
  readonly kind: string
  /** It lives in no namespace. @default false */
  readonly clusterWide?: boolean
}

/** A Deployment as a target. */
export const DEPLOYMENT: TargetKind = { apiVersion: 'apps/v1', kind: 'Deployment' }
/** A StatefulSet as a target. */
export const STATEFUL_SET: TargetKind = { apiVersion: 'apps/v1', kind: 'StatefulSet' }
/** A DaemonSet as a target. */
export const DAEMON_SET: TargetKind = { apiVersion: 'apps/v1', kind: 'DaemonSet' }
/** A Pod as a target. */
export const POD: TargetKind = { apiVersion: 'v1', kind: 'Pod' }
/** A Job as a target. */
export const JOB: TargetKind = { apiVersion: 'batch/v1', kind: 'Job' }
/** A CronJob as a target. */
export const CRON_JOB: TargetKind = { apiVersion: 'batch/v1', kind: 'CronJob' }
/** A Node as a target. */
export const NODE: TargetKind = { apiVersion: 'v1', kind: 'Node', clusterWide: true }
/** Events about nodes: what lives in no namespace has its Events in `default`. */
export const NODE_EVENT = { apiVersion: 'v1', kind: 'Event', namespace: 'default' } as const
/** A HorizontalPodAutoscaler as a target. */
export const AUTOSCALER: TargetKind = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' }

/** A target that fits an action. Throws `invalid` for another kind or cluster, or where a namespace is missing. */
export function checkTarget(scope: Scope, action: string, kinds: readonly TargetKind[], target: Resource): Resource {
  const { cluster, namespace } = target
  const fits = kinds.some(
    ({ apiVersion, kind, clusterWide = false }) =>
      target.kind === kind && target.apiVersion === apiVersion && (namespace === undefined) === clusterWide,
  )
  if (!fits) {
    const names = kinds.map(({ kind }) => kind).join(', ')
    throw new MendkitError('invalid', `${action} acts on ${names}, not on ${describeResource(target)}`, {
      path: 'target',
    })
  }
  if (cluster !== scope.cluster) {
    throw new MendkitError('invalid', `${action} acts in ${scope.cluster}, not in ${cluster}`, {
      path: 'target.cluster',
    })
  }
  return target
}

/** The target as it is now. Throws `not-found` when it is gone, also when another object has taken its name. */
export async function readExactTarget(scope: Scope, target: Resource, context: CallContext): Promise<KubernetesObject> {
  const object = await readTarget(scope, target, context)
  if (object === undefined) throw new MendkitError('not-found', `${describeResource(target)} is gone`)
  if (target.uid !== undefined && object.metadata.uid !== target.uid) {
    throw new MendkitError('not-found', `${describeResource(target)} is gone, and another object has taken its name`)
  }
  return object
}
