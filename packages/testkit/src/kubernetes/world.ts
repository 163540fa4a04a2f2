import type { ObjectStore } from './object-store.ts'
import type { Timeline } from './timeline.ts'

/** What the parts of a simulated cluster share. */
export interface World {
  readonly store: ObjectStore
  readonly time: Timeline
  /** Records a Kubernetes Event; an equal one of the last hour is counted up instead. */
  readonly record: (event: RecordedEvent) => void
  /** A number that rises by one with every call. */
  readonly count: () => number
  /** Looks at this object, and what it owns, again after `ms` milliseconds. */
  readonly revisit: (uid: string, ms: number, background?: boolean) => void
}

/** An Event of a controller or the kubelet. */
export interface RecordedEvent {
  readonly about: { readonly apiVersion: string; readonly kind: string; readonly metadata: { readonly name: string } }
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly component: string
  /** Such as `spec.containers{app}`. */
  readonly fieldPath?: string
}
