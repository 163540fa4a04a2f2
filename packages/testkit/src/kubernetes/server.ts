import type { CallContext } from '@mendkit/core'
import type { AccessRequest } from './access.ts'
import type { SimulatedRequest } from './audit.ts'
import type { FaultQueue, SimulatedVerb } from './faults.ts'
import type { Kubelet } from './kubelet.ts'
import type { ObjectStore } from './object-store.ts'
import { resourceName } from './resources.ts'
import type { SimulatedReference, SimulatedWriteOptions } from './shapes.ts'
import type { World } from './world.ts'

/** What a client of the simulated API server works on. */
export interface Server {
  readonly world: World
  readonly kubelet: Kubelet
  readonly faults: FaultQueue
  readonly requests: SimulatedRequest[]
  /** Lets everything happen that is due by now. */
  catchUp(): void
  /** Deletes an object and makes it again under its name. */
  recreate(reference: SimulatedReference): void
}

/** One request on its way through authorisation, faults and the audit log. */
export interface Asking {
  readonly verb: SimulatedVerb
  /** The verb that authorisation knows. */
  readonly access: string
  readonly subresource?: string
  readonly target: {
    readonly apiVersion: string
    readonly kind: string
    readonly namespace?: string | undefined
    readonly name?: string | undefined
  }
  /** Present for writes. */
  readonly options?: SimulatedWriteOptions
}

/** What carrying out a request came to. */
interface Done<T> {
  readonly result: T
  readonly uid?: string
  readonly did?: SimulatedRequest['did']
  readonly changed?: readonly string[]
}

/** Sends one request through the simulated API server. */
export type Perform = <T>(asking: Asking, context: CallContext, run: (seen: Seen) => Done<T>) => Promise<T>

/** The objects that a read is answered from: those of now, unless it lags behind. */
export type Seen = Pick<ObjectStore, 'version' | 'find' | 'all'>

/** A request in the words of authorisation. */
export function accessRequest(asking: Pick<Asking, 'access' | 'subresource' | 'target'>): AccessRequest {
  const { apiVersion, kind, namespace, name } = asking.target
  const { group, plural } = resourceName(apiVersion, kind)
  const resource = asking.subresource === undefined ? plural : `${plural}/${asking.subresource}`
  // A namespace counts as being in itself, so that a role bound in it covers it.
  const within = kind === 'Namespace' ? name : namespace
  return { verb: asking.access, group, resource, namespace: within, name }
}
