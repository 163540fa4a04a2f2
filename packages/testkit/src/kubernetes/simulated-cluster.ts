import { MendkitError } from '@mendkit/core'
import type { SimulatedUser } from './access.ts'
import { FENCE_ANNOTATION, type SimulatedRequest } from './audit.ts'
import { controllers } from './controllers.ts'
import { eventRecorder } from './events.ts'
import { type FaultPlan, faultQueue } from './faults.ts'
import { type ContainerBehaviour, imageRegistry, type SimulatedImage } from './images.ts'
import { withoutOwnSelector } from './job-selector.ts'
import { kubelet } from './kubelet.ts'
import { mustFind, mustFindPod, objectStore } from './object-store.ts'
import { resourceName } from './resources.ts'
import type { StoredObject } from './schemas.ts'
import type { Server } from './server.ts'
import type { SimulatedClient, SimulatedObject, SimulatedReference } from './shapes.ts'
import { simulatedClient } from './simulated-client.ts'
import { type TimeSource, timeline } from './timeline.ts'
import type { World } from './world.ts'

/** How a simulated cluster is set up. */
export interface SimulatedClusterOptions {
  /** Whose time it follows: whatever is due happens at the next call. Absent: time stands still but for `tick` and `settle`. */
  readonly clock?: TimeSource | undefined
  /** Part of every UID, so that two clusters have none in common. Default 1. */
  readonly seed?: number | undefined
}

/** A manifest to be applied. */
export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Readonly<Record<string, string>>
    readonly annotations?: Readonly<Record<string, string>>
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}

/** A Kubernetes cluster in memory, itself a client of its API server that may do everything. */
export interface SimulatedCluster extends SimulatedClient {
  /** A client with the credentials of another user. */
  as(user: SimulatedUser): SimulatedClient
  /** Creates an object, or changes an existing one to fit, as `kubectl apply` would. Its namespace need not exist. */
  apply(manifest: Manifest, by?: { readonly manager: string }): SimulatedObject
  /** Writes fields of an object's status, as a kubelet or a controller that is not simulated would. */
  report(reference: SimulatedReference, status: Readonly<Record<string, unknown>>): SimulatedObject
  /** Deletes an object and, through garbage collection, what it controls. */
  remove(reference: SimulatedReference): void
  /** Deletes an object and makes it again under its name, with another UID. */
  recreate(reference: SimulatedReference): SimulatedObject
  /** An object without a request. */
  find(reference: SimulatedReference): SimulatedObject | undefined
  /** All objects of a kind without a request, in order of namespace and name. */
  all(apiVersion: string, kind: string, namespace?: string): readonly SimulatedObject[]
  /** Says how containers of an image behave from their next start on. */
  image(image: string, spec: SimulatedImage): void
  /** Makes the containers of one running pod behave so from now on. Its successor is a new pod and is not affected. */
  breakPod(
    pod: { readonly namespace: string; readonly name: string },
    behaviour: Exclude<ContainerBehaviour, 'unpullable'>,
  ): void
  /** Lets requests fail. Answers a function that takes it back. */
  inject(plan: FaultPlan): () => void
  /** The cluster's time, milliseconds since 1970. */
  now(): number
  /** Lets `ms` milliseconds pass. Default 1,000. With a clock it takes no `ms`, and lets happen what is due by now. */
  tick(ms?: number): void
  /**
   * Lets time pass until nothing is under way but the waits of crash loops and failed pulls. Throws when that takes
   * longer than `limitMs` of simulated time. Default ten minutes. Not with a clock.
   */
  settle(limitMs?: number): void
  /** Every request since the start, as the API server's audit log has it. */
  requests(): readonly SimulatedRequest[]
  /** The requests that changed more of a target than its fence; those of one execution when it is given. */
  effects(executionId?: string): readonly SimulatedRequest[]
}

const START = Date.UTC(2026, 0, 1)
const TEN_MINUTES = 600_000
const APPLIER = { manager: 'kubectl-client-side-apply' }

/** The annotation whose change alone does not count as an effect. */
export const simulatedFenceAnnotation = FENCE_ANNOTATION

/** Starts an empty cluster of three nodes. Deterministic: the same calls lead to the same objects, names and times. */
export function simulatedCluster(options: SimulatedClusterOptions = {}): SimulatedCluster {
  const { clock, seed = 1 } = options
  const time = timeline(clock?.now() ?? START)
  let counter = 0
  let uids = 0
  const newUid = () => {
    uids += 1
    return `${hex(seed, 8)}-0000-4000-8000-${hex(uids, 12)}`
  }
  const store = objectStore(
    () => time.stamp(),
    newUid,
    () => time.now(),
  )
  const loop = controllers()
  const world: World = {
    store,
    time,
    record: eventRecorder(store, time),
    count: () => (counter += 1),
    revisit: (uid, ms, background) => time.after(ms, () => loop.revisit(world, uid), background),
  }
  const images = imageRegistry()
  const nodes = kubelet(world, images)
  store.onChange((change) => {
    if (change.type === 'added' && change.object.kind === 'Pod') nodes.add(change.object.metadata.uid)
    loop.changed(world, change)
  })
  for (const number of [1, 2, 3]) store.create(node(number), { manager: 'kubelet' })

  const requests: SimulatedRequest[] = []
  const faults = faultQueue()
  const server: Server = {
    world,
    kubelet: nodes,
    faults,
    requests,
    catchUp: () => (clock === undefined ? undefined : time.advanceTo(clock.now())),
    recreate: (reference) => void recreate(reference),
  }

  function apply(manifest: Manifest, by = APPLIER): StoredObject {
    server.catchUp()
    ensureNamespace(world, manifest)
    const known = store.find({ ...manifest, ...manifest.metadata })
    if (known === undefined) return store.create(manifest, by)
    const metadata = {
      ...known.metadata,
      ...manifest.metadata,
      labels: { ...known.metadata.labels, ...manifest.metadata.labels },
      annotations: { ...known.metadata.annotations, ...manifest.metadata.annotations },
    }
    return store.replace(known, { ...known, ...manifest, metadata, status: known['status'] }, by)
  }

  function report(reference: SimulatedReference, status: Readonly<Record<string, unknown>>): StoredObject {
    server.catchUp()
    const known = mustFind(store, reference)
    const before = known['status']
    const next = { ...known, status: { ...(typeof before === 'object' ? before : {}), ...status } }
    return store.replace(known, next, { manager: 'kubelet', status: true })
  }

  function recreate(reference: SimulatedReference): StoredObject {
    const old = mustFind(store, reference)
    store.remove(old)
    const { uid: _, resourceVersion: __, generation: ___, creationTimestamp: ____, ...metadata } = old.metadata
    const { status: _____, ...rest } = withoutOwnSelector(old) as Record<string, unknown>
    return store.create({ ...rest, metadata }, APPLIER)
  }

  return {
    ...simulatedClient(server, {}),
    as: (user) => simulatedClient(server, user),
    apply,
    report,
    recreate,
    remove: (reference) => store.remove(mustFind(store, reference)),
    find: (reference) => store.find(reference),
    all: (apiVersion, kind, namespace) => store.all(apiVersion, kind, namespace),
    image: (image, spec) => images.set(image, spec),
    breakPod: (pod, behaviour) => nodes.force(mustFindPod(store, pod), behaviour),
    inject: (plan) => faults.inject(plan),
    now: () => time.now(),
    tick(ms) {
      if (clock === undefined) return time.advanceTo(time.now() + (ms ?? 1000))
      if (ms !== undefined)
        throw new MendkitError('config', 'this cluster follows a clock: advance the clock, then tick()')
      server.catchUp()
    },
    settle(limitMs = TEN_MINUTES) {
      if (clock !== undefined)
        throw new MendkitError('config', 'this cluster follows a clock: advance the clock, then tick()')
      if (!time.settle(limitMs)) {
        throw new MendkitError('unavailable', `the cluster is still busy after ${limitMs / 1000} s of its own time`)
      }
    },
    requests: () => [...requests],
    effects: (executionId) =>
      requests.filter(
        ({ did, executionId: id }) => did === 'effect' && (executionId === undefined || id === executionId),
      ),
  }
}

function ensureNamespace({ store }: World, manifest: Manifest): void {
  const name = manifest.metadata.namespace
  if (name === undefined || !resourceName(manifest.apiVersion, manifest.kind).namespaced) return
  const reference = { apiVersion: 'v1', kind: 'Namespace', name }
  if (store.find(reference) !== undefined) return
  const labels = { 'kubernetes.io/metadata.name': name }
  store.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels }, spec: {} }, APPLIER)
}

function node(number: number): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name: `node-${number}` },
    spec: {},
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] },
  }
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0').slice(-length)
}
