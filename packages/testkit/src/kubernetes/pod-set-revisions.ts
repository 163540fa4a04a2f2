import { canonicalText, nameHash } from './canonical.ts'
import { podsOf } from './pod-deletion.ts'
import type { SimulatedDaemonSet, SimulatedStatefulSet, StoredObject } from './schemas.ts'
import type { World } from './world.ts'

/** Kinds that keep their earlier templates as ControllerRevisions. */
export type PodSet = SimulatedStatefulSet | SimulatedDaemonSet

/** Label of a pod that tells of which revision it is. */
export const HASH = 'controller-revision-hash'
const MANAGER = { manager: 'kube-controller-manager' }

/** Name of the revision that a set's template makes. */
export function revisionOf({ metadata, spec }: PodSet): string {
  return `${metadata.name}-${nameHash(canonicalText(spec.template))}`
}

/** How pods name their revision: in full for a StatefulSet, without the set's name for a DaemonSet. */
export function hashOf(set: PodSet): string {
  const name = revisionOf(set)
  return set.kind === 'StatefulSet' ? name : name.slice(set.metadata.name.length + 1)
}

/** Records the template of a set, unless it is recorded already; then that revision becomes the newest again. */
export function recordRevision(world: World, set: PodSet): void {
  const { store } = world
  const all = revisionsOf(world, set)
  const name = revisionOf(set)
  const known = all.find(({ metadata }) => metadata.name === name)
  const newest = Math.max(0, ...all.map(numberOf))
  if (known === undefined) {
    const reference = { apiVersion: 'apps/v1', kind: 'ControllerRevision', namespace: set.metadata.namespace, name }
    // One of an earlier set of this name is still to be cleared away.
    if (store.find(reference) === undefined) store.create(manifestOf(set, name, newest + 1), MANAGER)
  } else if (numberOf(known) < newest) store.replace(known, { ...known, revision: newest + 1 }, MANAGER)
  forget(world, set)
}

/** Revisions beyond the history limit go, the oldest first, unless they are the newest or pods are of them. */
function forget(world: World, set: PodSet): void {
  const live = podLabels(world, set)
  const idle = revisionsOf(world, set)
    .filter(({ metadata: { name } }) => name !== revisionOf(set) && !live.some((label) => name.endsWith(label)))
    .sort((a, b) => numberOf(a) - numberOf(b))
  for (const each of idle.slice(0, Math.max(0, idle.length - set.spec.revisionHistoryLimit))) world.store.remove(each)
}

function podLabels(world: World, { metadata }: PodSet): readonly string[] {
  return podsOf(world, metadata.uid).map((pod) => String(pod.metadata.labels?.[HASH]))
}

function revisionsOf({ store }: World, { metadata }: PodSet): StoredObject[] {
  return store.controlledBy(metadata.uid).filter(({ kind }) => kind === 'ControllerRevision')
}

function numberOf(revision: StoredObject): number {
  return Number((revision as { revision?: unknown }).revision ?? 0)
}

function manifestOf(set: PodSet, name: string, revision: number): object {
  const { apiVersion, kind, metadata, spec } = set
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid }
  return {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: metadata.namespace,
      labels: { ...spec.template.metadata.labels, 'controller.kubernetes.io/hash': name },
      ownerReferences: [{ ...owner, controller: true, blockOwnerDeletion: true }],
    },
    revision,
    // As the controllers store it: a patch that replaces the template.
    data: { spec: { template: { ...spec.template, $patch: 'replace' } } },
  }
}
