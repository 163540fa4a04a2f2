import assert from 'node:assert/strict'
import { admit, MODIFIED } from './admission.ts'
import { alreadyExists, conflicted, notFound } from './api-errors.ts'
import { copyJson, deepFreeze, sameBut, sameJson } from './canonical.ts'
import { ownSelector } from './job-selector.ts'
import { objectHistory } from './object-history.ts'
import { qualified } from './resources.ts'
import { isKind, type KindTypes, type StoredObject } from './schemas.ts'
import type { SimulatedReference } from './shapes.ts'

/** One change as a watch sees it. */
export interface StoreChange {
  readonly type: 'added' | 'modified' | 'deleted'
  readonly object: StoredObject
}

/** What changes an object. */
interface WriteFacts {
  /** Entry of `managedFields` that the write leaves. */
  readonly manager: string
  /** Everything but storing. */
  readonly dryRun?: boolean
  /** By a controller or kubelet: what it changes is not checked again, and what it makes is not copied. */
  readonly admitted?: boolean
  /** Through the status subresource, which leaves the generation alone. */
  readonly status?: boolean
}

/** Objects with UID, resourceVersion and generation, as etcd and the API server keep them. Every object is frozen. */
export interface ObjectStore {
  /** Version of the last change. */
  version(): string
  find(reference: SimulatedReference): StoredObject | undefined
  /** All objects of a kind, in order of namespace and name. */
  all(apiVersion: string, kind: string, namespace?: string): readonly StoredObject[]
  /** The same for kinds whose form is known. */
  typed<Kind extends keyof KindTypes>(kind: Kind, namespace?: string): readonly KindTypes[Kind][]
  byUid(uid: string): StoredObject | undefined
  /** Objects whose controller has this UID. */
  controlledBy(uid: string): readonly StoredObject[]
  create(object: object, facts: WriteFacts): StoredObject
  /** Replaces an object; its own `uid` and `resourceVersion`, if it has any, must be the stored ones. */
  replace(before: StoredObject, after: unknown, facts: WriteFacts): StoredObject
  remove(object: StoredObject): void
  /** How everything was at a moment that is not too long ago, as a cache shows it that lags behind. */
  asOf(at: number): Pick<ObjectStore, 'version' | 'find' | 'all'>
  /** Called after each change. Answers a function that ends it. */
  onChange(listener: (change: StoreChange) => void): () => void
}

const apiVersions: Readonly<Record<keyof KindTypes, string>> = {
  Deployment: 'apps/v1',
  ReplicaSet: 'apps/v1',
  StatefulSet: 'apps/v1',
  DaemonSet: 'apps/v1',
  Pod: 'v1',
  PodDisruptionBudget: 'policy/v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
}

/** An empty store. `stamp` gives the current time as RFC 3339, `now` in milliseconds; `uid` a new UID. */
export function objectStore(stamp: () => string, uid: () => string, now: () => number): ObjectStore {
  const objects = new Map<string, StoredObject>()
  const keys = new Map<string, string>()
  const kinds = new Map<string, Set<string>>()
  /** Keys of a kind in order, until one comes or goes. */
  const sorted = new Map<string, readonly string[]>()
  const dependents = new Map<string, Set<string>>()
  const listeners = new Set<(change: StoreChange) => void>()
  const past = objectHistory(now)
  let version = 1

  function put(type: 'added' | 'modified', object: StoredObject, dryRun: boolean | undefined): StoredObject {
    const resourceVersion = String(version + 1)
    const stored = deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion } })
    if (dryRun) return stored
    const key = keyOf(stored)
    past.note(key, objects.get(key), version)
    version += 1
    index(stored)
    for (const listener of listeners) listener({ type, object: stored })
    return stored
  }

  function index(object: StoredObject): void {
    const key = keyOf(object)
    const kind = kindOf(object)
    if (!objects.has(key)) sorted.delete(kind)
    objects.set(key, object)
    keys.set(object.metadata.uid, key)
    addTo(kinds, kind, key)
    const owner = controllerOf(object)
    if (owner !== undefined) addTo(dependents, owner.uid, key)
  }

  function inOrder(kind: string): readonly string[] {
    const known = sorted.get(kind)
    if (known !== undefined) return known
    const keysOfKind = [...(kinds.get(kind) ?? [])].sort()
    sorted.set(kind, keysOfKind)
    return keysOfKind
  }

  function read(from: Iterable<string> = []): StoredObject[] {
    const found: StoredObject[] = []
    for (const key of from) {
      const object = objects.get(key)
      if (object !== undefined) found.push(object)
    }
    return found
  }

  const store: ObjectStore = {
    version: () => String(version),
    find: (reference) => objects.get(keyOf({ ...reference, metadata: reference })),
    all(apiVersion, kind, namespace) {
      const all = read(inOrder(kindOf({ apiVersion, kind })))
      return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace)
    },
    typed<Kind extends keyof KindTypes>(kind: Kind, namespace?: string) {
      // Sound because nothing is stored that did not pass the schema of its kind.
      return store.all(apiVersions[kind], kind, namespace) as unknown as readonly KindTypes[Kind][]
    },
    byUid: (uid) => objects.get(keys.get(uid) ?? ''),
    controlledBy: (uid) => read(dependents.get(uid)).filter((object) => controllerOf(object)?.uid === uid),
    create(object, facts) {
      const checked = admit(facts.admitted === true ? object : copyJson(object), undefined)
      if (objects.has(keyOf(checked))) {
        throw alreadyExists(qualified(checked.apiVersion, checked.kind), checked.metadata.name)
      }
      const identity = uid()
      const admitted = ownSelector(checked, identity)
      const created = {
        ...admitted,
        metadata: {
          ...admitted.metadata,
          uid: identity,
          // Nobody counts what a Node is asked to be.
          ...('spec' in checked && checked.kind !== 'Node' ? { generation: 1 } : {}),
          creationTimestamp: stamp(),
          managedFields: managed(checked, facts.manager, stamp()),
          resourceVersion: '',
        },
      }
      // What is not stored has no version.
      return facts.dryRun === true ? deepFreeze(created) : put('added', created, false)
    },
    replace(before, after, facts) {
      if (objects.get(keyOf(before)) !== before) {
        throw conflicted(qualified(before.apiVersion, before.kind), before.metadata.name, MODIFIED)
      }
      const checked = facts.admitted === true ? (after as StoredObject) : admit(after, before)
      if (meansTheSame(before, checked)) return before
      const generation = before.metadata.generation
      const specChanged = facts.status !== true && wantsOther(before, checked)
      const statusOnly = sameBut(before, checked, ['status'])
      const replaced = {
        ...checked,
        metadata: {
          ...checked.metadata,
          ...(generation === undefined ? {} : { generation: specChanged ? generation + 1 : generation }),
          ...(statusOnly ? {} : { managedFields: managed(checked, facts.manager, stamp()) }),
        },
      }
      return put('modified', replaced, facts.dryRun)
    },
    remove(object) {
      const key = keyOf(object)
      if (!objects.delete(key)) return
      past.note(key, object, version)
      version += 1
      keys.delete(object.metadata.uid)
      kinds.get(kindOf(object))?.delete(key)
      sorted.delete(kindOf(object))
      dependents.get(controllerOf(object)?.uid ?? '')?.delete(key)
      const last = deepFreeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } })
      for (const listener of listeners) listener({ type: 'deleted', object: last })
    },
    asOf(at) {
      const { before, version: then = version } = past.since(at)
      const find = (key: string) => (before.has(key) ? before.get(key) : objects.get(key))
      return {
        version: () => String(then),
        find: (reference) => find(keyOf({ ...reference, metadata: reference })),
        all: (apiVersion, kind, namespace) =>
          [...new Set([...(kinds.get(kindOf({ apiVersion, kind })) ?? []), ...before.keys()])]
            .sort()
            .flatMap((key) => find(key) ?? [])
            .filter((object) => kindOf(object) === kindOf({ apiVersion, kind }))
            .filter((object) => namespace === undefined || object.metadata.namespace === namespace),
      }
    },
    onChange(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
  return store
}

/** The object that a reference names. Throws the API server's 404. */
export function mustFind(store: Pick<ObjectStore, 'find'>, reference: SimulatedReference): StoredObject {
  const found = store.find(reference)
  if (found === undefined) throw notFound(qualified(reference.apiVersion, reference.kind), reference.name)
  return found
}

/** The pod of this name. Throws the API server's 404. */
export function mustFindPod(
  store: ObjectStore,
  { namespace, name }: Pick<SimulatedReference, 'namespace' | 'name'>,
): StoredObject & KindTypes['Pod'] {
  const found = mustFind(store, { apiVersion: 'v1', kind: 'Pod', namespace, name })
  assert(isKind(found, 'Pod'))
  return found
}

/** The owner that controls an object, if one does. */
export function controllerOf(object: StoredObject): { kind: string; name: string; uid: string } | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)
}

function addTo(map: Map<string, Set<string>>, group: string, key: string): void {
  const keys = map.get(group) ?? new Set()
  map.set(group, keys.add(key))
}

function kindOf(object: { readonly apiVersion: string; readonly kind: string }): string {
  return `${object.apiVersion}/${object.kind}`
}

function keyOf(object: {
  apiVersion: string
  kind: string
  metadata: { namespace?: string | undefined; name: string }
}): string {
  return `${object.apiVersion}/${object.kind}/${object.metadata.namespace ?? ''}/${object.metadata.name}`
}

/** Whether an object now asks for something else. The annotations of a Deployment count, for it hands them on. */
function wantsOther(before: StoredObject, after: StoredObject): boolean {
  if (!sameJson(before['spec'], after['spec'])) return true
  return before.kind === 'Deployment' && !sameJson(before.metadata.annotations, after.metadata.annotations)
}

/** Entries for those who wrote, newest last; what exactly they own is not simulated. */
function managed(object: StoredObject, manager: string, time: string): unknown[] {
  const entries = object.metadata['managedFields']
  const others = (Array.isArray(entries) ? entries : []).filter(
    (entry) => (entry as { manager?: string }).manager !== manager,
  )
  return [...others, { manager, operation: 'Update', apiVersion: object.apiVersion, time, fieldsType: 'FieldsV1' }]
}

/** Whether a write changes nothing but what the store itself writes into the metadata. */
function meansTheSame(before: StoredObject, after: StoredObject): boolean {
  return (
    sameBut(before.metadata, after.metadata, ['managedFields', 'generation']) && sameBut(before, after, ['metadata'])
  )
}
