import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'
import { parseForm } from './parse-form.ts'

const podSchema = z.looseObject({
  spec: z.looseObject({ volumes: z.array(z.looseObject({ emptyDir: z.unknown().optional() })).nullish() }),
  status: z.looseObject({ phase: z.string().default('Unknown') }).prefault({}),
})
const MIRROR = 'kubernetes.io/config.mirror'

/** Whether a drain leaves a pod where it is: DaemonSets would make theirs again at once, a node keeps its own. */
export function belongsToNode({ metadata }: KubernetesObject): boolean {
  const kind = controllerOf(metadata)?.kind
  return kind === 'DaemonSet' || kind === 'Node' || Object.hasOwn(metadata.annotations ?? {}, MIRROR)
}

/** Whether a pod has completed or failed for good, and does no work any more. */
export function hasEnded(pod: KubernetesObject): boolean {
  const { phase } = parseForm(podSchema, pod).status
  return phase === 'Succeeded' || phase === 'Failed'
}

/** Whether something is lost with a pod: it has an `emptyDir` volume. */
export function hasLocalData(pod: KubernetesObject): boolean {
  return (parseForm(podSchema, pod).spec.volumes ?? []).some((volume) => volume.emptyDir != null)
}

/** Who would make a pod again. */
export function controllerOf(metadata: KubernetesObject['metadata']) {
  return metadata.ownerReferences?.find((owner) => owner.controller === true)
}

/** `shop/checkout-1`, for messages. */
export function placeOf({ metadata }: KubernetesObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`
}
