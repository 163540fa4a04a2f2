import { createHash } from 'node:crypto'
import type { KubernetesObject } from '@mendkit/kubernetes'
import type { SimulatedCluster } from '@mendkit/testkit'
import type { ScenarioWorld } from '../scenario/schema.ts'
import { mergePatch } from './merge-patch.ts'

/** The objects of a world as they stand. */
export interface WorldObjects {
  /** All of a kind, in order of namespace and name. */
  all(apiVersion: string, kind: string, namespace?: string): readonly KubernetesObject[]
}

/** Where an object stands. */
interface Place {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string | undefined
  readonly name: string
}

/** What the simulated cluster holds, with the world's own objects and Events in front of it and its overrides over both. */
export function worldObjects(world: ScenarioWorld, cluster: SimulatedCluster): WorldObjects {
  const now = cluster.now()
  const stated: readonly KubernetesObject[] = world.objects.map(({ object, ago, owner }) => {
    const named = owner === undefined ? {} : { ownerReferences: [{ ...owner, uid: uidOf(owner), controller: true }] }
    return {
      ...object,
      metadata: {
        ...named,
        uid: uidOf(placeOf(object)),
        resourceVersion: '1',
        creationTimestamp: at(now - ago),
        ...object.metadata,
      },
    }
  })
  const events = world.events.map((each, index) => eventObject(each, index))
  const front = [...stated, ...events]
  const hidden = new Set(stated.map((object) => keyOf(placeOf(object))))

  function uidOf(place: Place): string {
    const known = cluster.find(place)
    return known?.metadata.uid ?? madeUid(place)
  }

  function eventObject(event: ScenarioWorld['events'][number], index: number): KubernetesObject {
    const { about, reason, message, type, count, ago } = event
    const namespace = about.namespace ?? 'default'
    const time = at(now - ago)
    const place = { apiVersion: 'v1', kind: 'Event', namespace, name: `${about.name}.${index}` }
    // Kubernetes names a Node by its name where other objects have a UID.
    const uid = about.kind === 'Node' ? about.name : uidOf(about)
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: place.name, namespace, uid: madeUid(place), resourceVersion: '1', creationTimestamp: time },
      involvedObject: { ...about, uid },
      ...{ reason, message, type, count, firstTimestamp: time, lastTimestamp: time },
    }
  }

  return {
    all(apiVersion, kind, namespace) {
      const own = front.filter(
        (object) => object.kind === kind && object.apiVersion === apiVersion && isIn(object, namespace),
      )
      const isShown = kind !== 'Event' || world.recordsEvents
      const simulated = (isShown ? cluster.all(apiVersion, kind, namespace) : []).filter(
        (object) => !hidden.has(keyOf(placeOf(object))),
      )
      return [...simulated, ...own].map((object) => overridden(object, world, now))
    },
  }
}

function overridden(object: KubernetesObject, world: ScenarioWorld, now: number): KubernetesObject {
  const fitting = world.overrides.filter(({ apiVersion, kind, namespace, name, labels }) => {
    const { metadata } = object
    const isKind = object.apiVersion === apiVersion && object.kind === kind
    const isPlace =
      (namespace ?? metadata.namespace) === metadata.namespace && (name ?? metadata.name) === metadata.name
    return isKind && isPlace && Object.entries(labels).every(([label, value]) => metadata.labels?.[label] === value)
  })
  const merged = fitting.reduce<unknown>((before, { merge }) => mergePatch(before, merge), object)
  return withTimes(merged, now) as KubernetesObject
}

/** `{{ago 5m}}` becomes the time five minutes ago. */
function withTimes(value: unknown, now: number): unknown {
  if (typeof value === 'string') {
    return value.replace(/\{\{ago (\d+)([smhd])\}\}/g, (_, amount: string, unit: string) => {
      const seconds = { s: 1, m: 60, h: 3600, d: 86_400 }[unit] ?? 0
      return at(now - Number(amount) * seconds * 1000)
    })
  }
  if (Array.isArray(value)) return value.map((each) => withTimes(each, now))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withTimes(each, now)]))
}

function isIn({ metadata }: KubernetesObject, namespace: string | undefined): boolean {
  return namespace === undefined || metadata.namespace === namespace
}

function placeOf({
  apiVersion,
  kind,
  metadata,
}: {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined }
}): Place {
  return { apiVersion, kind, namespace: metadata.namespace, name: metadata.name }
}

function keyOf({ apiVersion, kind, namespace = '', name }: Place): string {
  return [apiVersion, kind, namespace, name].join(' ')
}

function madeUid(place: Place): string {
  const hex = createHash('sha256').update(keyOf(place)).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  )
}

function at(time: number): string {
  return new Date(time).toISOString().replace('.000Z', 'Z')
}
