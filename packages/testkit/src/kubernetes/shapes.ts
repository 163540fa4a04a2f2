import type { CallContext, Json, JsonObject } from '@mendkit/core'

/*
 * The interface `KubernetesClient` of @mendkit/kubernetes, by shape. testkit imports no adapter, so that an adapter's
 * tests can use testkit; a type test of the adapter holds the two together. Their promises are documented there.
 */

/** One object, by the words that its manifest uses. */
export interface SimulatedReference {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
}

/** An object as the simulated API server returns it. Frozen. */
export interface SimulatedObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string | undefined
    readonly uid: string
    readonly resourceVersion: string
    readonly generation?: number | undefined
    readonly creationTimestamp?: string | undefined
    readonly deletionTimestamp?: string | undefined
    readonly labels?: Readonly<Record<string, string>> | undefined
    readonly annotations?: Readonly<Record<string, string>> | undefined
    readonly ownerReferences?:
      | readonly {
          readonly apiVersion: string
          readonly kind: string
          readonly name: string
          readonly uid: string
          readonly controller?: boolean | undefined
          readonly [field: string]: unknown
        }[]
      | undefined
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** An object to be made. */
export type SimulatedNewObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: { readonly [key: string]: string }
    readonly annotations?: { readonly [key: string]: string }
    readonly ownerReferences?: readonly JsonObject[]
  }
  readonly [field: string]: Json
}

/** Which objects to list or watch. */
export interface SimulatedSelection {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly labelSelector?: string | undefined
  readonly fieldSelector?: string | undefined
  readonly atMost?: number | undefined
}

/** A change to one object. */
export type SimulatedPatch =
  | { readonly type: 'json'; readonly operations: readonly SimulatedPatchOperation[] }
  | { readonly type: 'merge'; readonly document: JsonObject }

/** One step of a JSON Patch. */
export type SimulatedPatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }

/** How a change is to be made. */
export interface SimulatedWriteOptions {
  readonly dryRun?: boolean | undefined
  readonly executionId?: string | undefined
}

/** What must still be true of the object. */
export interface SimulatedPreconditions {
  readonly uid: string
  readonly resourceVersion?: string | undefined
}

/** One step of a watch. */
export type SimulatedWatchEvent =
  | { readonly type: 'reset'; readonly objects: readonly SimulatedObject[] }
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: SimulatedObject }

/** A Kubernetes Event to be left on an object. */
export interface SimulatedNewEvent {
  readonly name: string
  readonly about: SimulatedReference & { readonly uid: string }
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  readonly at: string
}

/** May these credentials do this? */
export interface SimulatedAccessQuestion {
  readonly verb: string
  readonly apiVersion: string
  readonly kind: string
  readonly subresource?: string | undefined
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

/** A `KubernetesClient` on a simulated cluster. */
export interface SimulatedClient {
  /** One object; `not-found` when it is not there. */
  get(reference: SimulatedReference, context: CallContext): Promise<SimulatedObject>
  /** All objects of a selection, paged inside. */
  list(
    selection: SimulatedSelection,
    context: CallContext,
  ): Promise<{
    readonly items: readonly SimulatedObject[]
    readonly resourceVersion: string
    readonly truncated: boolean
  }>
  /** Makes an object; `conflict` when its name is taken. */
  create(object: SimulatedNewObject, options: SimulatedWriteOptions, context: CallContext): Promise<SimulatedObject>
  /** A JSON patch with tests, or a merge patch; in a dry run nothing is kept. */
  patch(
    reference: SimulatedReference,
    patch: SimulatedPatch,
    options: SimulatedWriteOptions,
    context: CallContext,
  ): Promise<SimulatedObject>
  /** Deletes under preconditions; `conflict` when they do not hold. */
  delete(
    reference: SimulatedReference,
    preconditions: SimulatedPreconditions,
    options: SimulatedWriteOptions,
    context: CallContext,
  ): Promise<void>
  /** Asks for an eviction under preconditions; 429 when a budget forbids it. */
  evict(
    pod: { readonly namespace: string; readonly name: string },
    preconditions: SimulatedPreconditions,
    options: SimulatedWriteOptions,
    context: CallContext,
  ): Promise<void>
  /** Writes an Event about an object. */
  createEvent(event: SimulatedNewEvent, options: SimulatedWriteOptions, context: CallContext): Promise<void>
  /** What a container wrote. */
  podLogs(
    pod: { readonly namespace: string; readonly name: string },
    options: {
      readonly container?: string | undefined
      readonly previous?: boolean | undefined
      readonly tailLines?: number | undefined
      readonly limitBytes?: number | undefined
    },
    context: CallContext,
  ): Promise<string>
  /** First everything, then each change; ends quietly on abort. */
  watch(selection: SimulatedSelection, context: CallContext): AsyncIterable<SimulatedWatchEvent>
  /** Whether these credentials may do something. */
  can(
    question: SimulatedAccessQuestion,
    context: CallContext,
  ): Promise<{ readonly allowed: boolean; readonly because: string }>
  /** Who the server is and who we are. */
  describe(
    context: CallContext,
  ): Promise<{ readonly server: string; readonly version: string; readonly user?: string | undefined }>
}
