import type { KubernetesClient } from '@mendkit/kubernetes'
import type { ClusterAccess } from '../host/orders.ts'

/** A change that Mendkit made to a cluster, as the cluster itself recorded it. */
export interface Effect {
  readonly executionId: string | undefined
  /** Namespace and name. */
  readonly target: string
}

/** How a service is. */
export type ServiceState = 'rolling' | 'well' | 'crashing'

/** The part of a cluster in which the hosts of one lane work; no other lane does. */
export interface LaneWorld {
  readonly namespaces: { readonly auto: string; readonly ask: string }
  readonly access: ClusterAccess
  /** The cluster with the hosts' credentials to act; it serves hosts that reach it through the driver. */
  readonly act: KubernetesClient
  /** Rolls a version out. The bad one crashes, and a rollback mends it. */
  deploy(namespace: string, name: string, version: 'good' | 'bad'): Promise<void>
  state(namespace: string, name: string): Promise<ServiceState>
  /** Everything that was changed here, oldest first. */
  effects(): Promise<readonly Effect[]>
}

/** A cluster that outlives every host. */
export interface World {
  readonly kind: 'real' | 'simulated'
  openLane(): Promise<LaneWorld>
  close(): Promise<void>
}
