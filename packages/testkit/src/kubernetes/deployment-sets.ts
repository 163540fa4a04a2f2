import { canonicalText, nameHash } from './canonical.ts'
import { REVISION, revisionOf, rolloutLimits } from './rollout-math.ts'
import { isKind, type PodTemplate, type SimulatedDeployment, type SimulatedReplicaSet } from './schemas.ts'
import type { World } from './world.ts'

const HASH = 'pod-template-hash'
/** Annotation with the size that a ReplicaSet's Deployment had when it was last looked at. */
export const DESIRED = 'deployment.kubernetes.io/desired-replicas'
const MAX = 'deployment.kubernetes.io/max-replicas'
const MANAGER = { manager: 'kube-controller-manager', admitted: true }
const notCopied = [REVISION, DESIRED, MAX, 'kubectl.kubernetes.io/last-applied-configuration']

/** Makes the ReplicaSet of a Deployment's template, still without pods. */
export function createSet(
  world: World,
  deployment: SimulatedDeployment,
  old: readonly SimulatedReplicaSet[],
): SimulatedReplicaSet {
  const { name, namespace, uid } = deployment.metadata
  const { template, selector } = deployment.spec
  const hash = freeHash(world, deployment)
  const labels = { ...template.metadata.labels, [HASH]: hash }
  const revision = String(nextRevision(old))
  const created = world.store.create(
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${name}-${hash}`,
        namespace,
        labels,
        annotations: { ...copied(deployment), ...sizes(deployment), [REVISION]: revision },
        ownerReferences: [
          { apiVersion: 'apps/v1', kind: 'Deployment', name, uid, controller: true, blockOwnerDeletion: true },
        ],
      },
      spec: {
        replicas: 0,
        selector: { ...selector, matchLabels: { ...selector.matchLabels, [HASH]: hash } },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    },
    MANAGER,
  )
  annotate(world, deployment, { [REVISION]: revision })
  return created as unknown as SimulatedReplicaSet
}

/**
 * The hash that tells this template's ReplicaSet apart. Where a ReplicaSet of somebody else has its name, such as of an
 * earlier Deployment that is not cleared away yet, the collisions count into it, as the real controller does.
 */
function freeHash({ store }: World, { metadata: { name, namespace }, spec }: SimulatedDeployment): string {
  const text = templateText(spec.template)
  for (let collisions = 0; ; collisions += 1) {
    const hash = nameHash(collisions === 0 ? text : `${text} ${collisions}`)
    const taken = store.find({ apiVersion: 'apps/v1', kind: 'ReplicaSet', namespace, name: `${name}-${hash}` })
    if (taken === undefined) return hash
  }
}

/** A ReplicaSet that is used again becomes the newest revision, and carries the Deployment's annotations. */
export function keepAnnotations(
  world: World,
  deployment: SimulatedDeployment,
  current: SimulatedReplicaSet,
  old: readonly SimulatedReplicaSet[],
): SimulatedReplicaSet {
  const revision = String(Math.max(nextRevision(old), revisionOf(current)))
  annotate(world, deployment, { [REVISION]: revision })
  return annotate(world, current, { ...copied(deployment), [REVISION]: revision }) as SimulatedReplicaSet
}

/** Resizes a ReplicaSet; answers false when it has that size. */
export function scaleTo(
  world: World,
  deployment: SimulatedDeployment,
  set: SimulatedReplicaSet,
  replicas: number,
): boolean {
  if (set.spec.replicas === replicas) return false
  const annotations = { ...set.metadata.annotations, ...sizes(deployment) }
  const next = { ...set, metadata: { ...set.metadata, annotations }, spec: { ...set.spec, replicas } }
  world.store.replace(set, next, MANAGER)
  const direction = replicas > set.spec.replicas ? 'up' : 'down'
  world.record({
    about: deployment,
    type: 'Normal',
    reason: 'ScalingReplicaSet',
    message: `Scaled ${direction} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`,
    component: 'deployment-controller',
  })
  return true
}

/** The ReplicaSets of a Deployment. */
export function setsOf(world: World, deployment: SimulatedDeployment): SimulatedReplicaSet[] {
  return world.store.controlledBy(deployment.metadata.uid).filter((object) => isKind(object, 'ReplicaSet'))
}

/** Sets annotations; answers the same object when it has them. */
export function annotate<Kind extends SimulatedDeployment | SimulatedReplicaSet>(
  world: World,
  object: Kind,
  annotations: Readonly<Record<string, string>>,
): Kind {
  const all = { ...object.metadata.annotations, ...annotations }
  const next = { ...object, metadata: { ...object.metadata, annotations: all } }
  // The controllers keep their own annotations through the status, so that nobody takes them for a wish.
  return world.store.replace(object, next, { ...MANAGER, status: object.kind === 'Deployment' }) as unknown as Kind
}

function copied(deployment: SimulatedDeployment): Record<string, string> {
  const all = Object.entries(deployment.metadata.annotations ?? {})
  return Object.fromEntries(all.filter(([key]) => !notCopied.includes(key)))
}

/** Annotations by which a ReplicaSet knows its Deployment's size. */
export function sizes(deployment: SimulatedDeployment): Record<string, string> {
  const { replicas } = deployment.spec
  return { [DESIRED]: String(replicas), [MAX]: String(replicas + rolloutLimits(deployment).maxSurge) }
}

function nextRevision(old: readonly SimulatedReplicaSet[]): number {
  return Math.max(0, ...old.map(revisionOf)) + 1
}

/** What is stored is frozen, so its text never changes, and every look of the controller asks for it again. */
const templateTexts = new WeakMap<PodTemplate, string>()

/** Equal for equal templates, whatever ReplicaSet they are in. */
export function templateText(template: PodTemplate): string {
  const known = templateTexts.get(template)
  if (known !== undefined) return known
  const { [HASH]: _, ...labels } = template.metadata.labels
  const text = canonicalText({ ...template, metadata: { ...template.metadata, labels } })
  if (Object.isFrozen(template)) templateTexts.set(template, text)
  return text
}

/** Oldest rollout first. */
export function byAge(a: SimulatedReplicaSet, b: SimulatedReplicaSet): number {
  return revisionOf(a) - revisionOf(b)
}
