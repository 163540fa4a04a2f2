import type { CallContext, Json, JsonObject } from '@mendkit/core'

/** One object, by the words that its manifest uses. */
export interface ObjectReference {
  /** `v1`, `apps/v1`, `policy/v1` … */
  readonly apiVersion: string
  readonly kind: string
  /** Absent for kinds that live in no namespace. */
  readonly namespace?: string | undefined
  readonly name: string
}

/** One entry of `metadata.ownerReferences`. */
export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean | undefined
  readonly [field: string]: unknown
}

/** The part of an object's metadata that is read here. Other fields pass through untouched. */
export interface ObjectMetadata {
  readonly name: string
  readonly namespace?: string | undefined
  readonly uid: string
  readonly resourceVersion: string
  readonly generation?: number | undefined
  readonly creationTimestamp?: string | undefined
  readonly deletionTimestamp?: string | undefined
  readonly labels?: Readonly<Record<string, string>> | undefined
  readonly annotations?: Readonly<Record<string, string>> | undefined
  readonly ownerReferences?: readonly OwnerReference[] | undefined
  readonly [field: string]: unknown
}

/** An object as the API server returned it: plain JSON, metadata checked, everything else untouched. */
export interface KubernetesObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMetadata
  readonly [field: string]: unknown
}

/** An object to be made, by the words that its manifest uses. */
export type NewObject = {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    /** Absent for kinds that live in no namespace. */
    readonly namespace?: string
    readonly labels?: { readonly [key: string]: string }
    readonly annotations?: { readonly [key: string]: string }
    readonly ownerReferences?: readonly JsonObject[]
  }
  readonly [field: string]: Json
}

/** Which objects of one kind to list or watch. */
export interface ObjectSelection {
  readonly apiVersion: string
  readonly kind: string
  /** Absent: all namespaces. */
  readonly namespace?: string | undefined
  /** Kubernetes label selector syntax. Absent: all. */
  readonly labelSelector?: string | undefined
  /** Kubernetes field selector syntax; which fields are known depends on the kind. Absent: all. */
  readonly fieldSelector?: string | undefined
  /** Stop after this many objects and say so in `truncated`. Ignored by `watch`. Default 5,000. */
  readonly atMost?: number | undefined
}

/** What `list` found. */
export interface ObjectList {
  readonly items: readonly KubernetesObject[]
  /** The version of the whole list, from which a watch can go on. */
  readonly resourceVersion: string
  /** True when `atMost` cut the list short. */
  readonly truncated: boolean
}

/** One step of a JSON Patch (RFC 6902). A failed `test` makes the API server refuse the whole patch with a 422. */
export type JsonPatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: Json }
  | { readonly op: 'remove'; readonly path: string }

/**
 * A change to one object. `json` is for effects, because its tests make it conditional. `merge` (RFC 7386) is for
 * annotations; `metadata.resourceVersion` inside it makes the API server answer 409 when the object has moved on.
 */
export type KubernetesPatch =
  | { readonly type: 'json'; readonly operations: readonly JsonPatchOperation[] }
  | { readonly type: 'merge'; readonly document: JsonObject }

/** How a change is to be made. */
export interface WriteOptions {
  /** The API server does everything but store the result. It authorises a dry run like the real write. Default false. */
  readonly dryRun?: boolean | undefined
  /** Sent in the User-Agent as `(execution <id>)`, so that the API server's audit log names the execution. */
  readonly executionId?: string | undefined
}

/** The object must still be this one, else the API server answers 409 and changes nothing. */
export interface Preconditions {
  readonly uid: string
  /** Absent: any version of the object with this UID. */
  readonly resourceVersion?: string | undefined
}

/** A Kubernetes Event to be left on an object. */
export interface NewEvent {
  /** Unique per namespace, so that recording the same event again is a `conflict` with reason `AlreadyExists`. */
  readonly name: string
  readonly about: ObjectReference & { readonly uid: string }
  readonly type: 'Normal' | 'Warning'
  /** One UpperCamelCase word. */
  readonly reason: string
  readonly message: string
  /** RFC 3339 time. */
  readonly at: string
}

/** Which part of a pod's log to read. */
export interface PodLogOptions {
  /** Needed when the pod has more than one container. */
  readonly container?: string | undefined
  /** The log of the container's last run before this one. Default false. */
  readonly previous?: boolean | undefined
  /** Only the last lines. Default 200. */
  readonly tailLines?: number | undefined
  /** The server stops after this many bytes. Default 65,536. */
  readonly limitBytes?: number | undefined
}

/**
 * One step of a watch. `reset` carries all objects that exist and replaces whatever was known: it comes first, and again
 * whenever the server could not say what had changed meanwhile.
 */
export type WatchEvent =
  | { readonly type: 'reset'; readonly objects: readonly KubernetesObject[] }
  | { readonly type: 'added' | 'modified' | 'deleted'; readonly object: KubernetesObject }

/** May these credentials do this? */
export interface AccessQuestion {
  /** `get`, `list`, `patch`, `create` … */
  readonly verb: string
  readonly apiVersion: string
  readonly kind: string
  /** Such as `eviction` or `log`. */
  readonly subresource?: string | undefined
  /** Absent: in every namespace. */
  readonly namespace?: string | undefined
  readonly name?: string | undefined
}

/** The API server's own answer to an `AccessQuestion`. */
export interface AccessAnswer {
  readonly allowed: boolean
  readonly because: string
}

/** Who is talking to what. */
export interface ClientDescription {
  /** Scheme, host and port, never credentials. */
  readonly server: string
  /** `v1.34.2` */
  readonly version: string
  /** The user name that the API server sees; absent where it cannot say (Kubernetes before 1.28). */
  readonly user?: string | undefined
}

/**
 * The few things that Mendkit asks of a Kubernetes API server. `kubernetesClient()` implements it on the network,
 * testkit's `simulatedCluster()` in memory.
 *
 * Every method throws `MendkitError` and lets the reason of an abort through unwrapped. `failureOf(error)` tells the HTTP
 * status, Kubernetes' own reason and whether the request may have had an effect.
 * Codes: 401, 403 and 422 `rejected` · 404 `not-found` · 409 and 410 `conflict` · 429, 5xx, no connection and no answer
 * within the deadline `unavailable` · an answer that cannot be read `bad-response` · a kind or name that cannot be
 * addressed `invalid`.
 */
export interface KubernetesClient {
  /** One object as it is now. Throws `not-found`. */
  get(reference: ObjectReference, context: CallContext): Promise<KubernetesObject>
  /** All selected objects, read page by page; starts again when the server has forgotten the page's version. */
  list(selection: ObjectSelection, context: CallContext): Promise<ObjectList>
  /**
   * Makes one object and answers it as it is (or, in a dry run, would be, with an empty `resourceVersion`). Throws `conflict` with reason `AlreadyExists` when
   * one of this name exists, and `not-found` when its namespace does not. Never repeated by itself.
   */
  create(object: NewObject, options: WriteOptions, context: CallContext): Promise<KubernetesObject>
  /** Changes one object and answers it as it is (or, in a dry run, would be) afterwards. Never repeated by itself. */
  patch(
    reference: ObjectReference,
    patch: KubernetesPatch,
    options: WriteOptions,
    context: CallContext,
  ): Promise<KubernetesObject>
  /**
   * Deletes one object if it is still the one named by the preconditions; what it controls is cleared away after it. Never
   * repeated by itself.
   */
  delete(
    reference: ObjectReference,
    preconditions: Preconditions,
    options: WriteOptions,
    context: CallContext,
  ): Promise<void>
  /**
   * Asks for a pod's eviction, which honours disruption budgets. When a budget says no the error is `unavailable` with
   * status 429 and a cause `DisruptionBudget`, and nothing has happened. Never repeated by itself.
   */
  evict(
    pod: { readonly namespace: string; readonly name: string },
    preconditions: Preconditions,
    options: WriteOptions,
    context: CallContext,
  ): Promise<void>
  /** Records an Event on an object. Throws `conflict` when one of this name exists. */
  createEvent(event: NewEvent, options: WriteOptions, context: CallContext): Promise<void>
  /** Text of a container's log. A pod without a previous run is `rejected` with status 400. */
  podLogs(
    pod: { readonly namespace: string; readonly name: string },
    options: PodLogOptions,
    context: CallContext,
  ): Promise<string>
  /**
   * Follows the selected objects until the signal aborts, then ends without throwing. Lost connections and forgotten
   * versions are repaired inside. Throws only what will not heal by waiting, such as `rejected`.
   */
  watch(selection: ObjectSelection, context: CallContext): AsyncIterable<WatchEvent>
  /** Whether these credentials may do this, by SelfSubjectAccessReview. */
  can(question: AccessQuestion, context: CallContext): Promise<AccessAnswer>
  /** Which server this is and as whom it is used. */
  describe(context: CallContext): Promise<ClientDescription>
}
