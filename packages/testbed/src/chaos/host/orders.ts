import type { EventType, MendkitOptions } from '@mendkit/core'
import type { Point } from '../points.ts'

/** Whose credentials to use on a real cluster. */
export interface KubeconfigChoice {
  readonly kubeconfig: string
  readonly context: string
}

/** How a host reaches its cluster. `driver`: through the process that started it, which outlives it. */
export type ClusterAccess =
  | { readonly through: 'driver' }
  | { readonly through: 'kubeconfig'; readonly read: KubeconfigChoice; readonly act: KubeconfigChoice }

/**
 * A fault that is planted in a host to see that the judge finds it. `unguarded`: its requests make no demand on the state of
 * their target. `answers-early`: it thanks for alerts before they are durable.
 */
export type PlantedFault = 'unguarded' | 'answers-early'

/** Where a host process puts an end to itself, or a stop. */
export interface SelfKill {
  readonly point: Point
  readonly hit: number
  readonly signal: 'SIGKILL' | 'SIGSTOP'
}

/** What a host process is told by its only argument. */
export interface HostOrders {
  /** The store: a SQLite file, or the URL of a database. */
  readonly source: string
  readonly access: ClusterAccess
  /** Where it acts by itself, and where it asks. */
  readonly namespaces: { readonly auto: string; readonly ask: string }
  /** @default those of `times.ts` */
  readonly settings?: NonNullable<MendkitOptions['settings']>
  /** Whether nodes that are not ready are drained, once a person has approved it. @default false */
  readonly drains?: boolean
  readonly kill?: SelfKill
  readonly planted?: PlantedFault
}

/** An entry of the log whose commit a host was told to be durable. */
export interface CommittedEntry {
  readonly seq: number
  readonly type: EventType
  /** Id of what the entry is about. */
  readonly subject: string
}

/** What a host says of its work. */
export interface HostStatus {
  readonly approvals: readonly { readonly id: string; readonly incidentId: string; readonly digest: string }[]
  readonly incidents: readonly { readonly id: string; readonly phase: string; readonly service: string | undefined }[]
  readonly unfinished: number
  /** Executions of which nobody knows yet whether they had their effect. */
  readonly unclassified: number
}
