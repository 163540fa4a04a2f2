import { z } from 'zod'
import type { KubernetesObject } from './kubernetes-client.ts'

/** Managers that would put back what we change, so that an effect on their objects is pointless and confusing. */
const OWNERS = ['argo-cd', 'flux', 'operator']

/** Field manager of `kubectl apply`; with `--server-side` it is `kubectl`, as it was once for everything that kubectl wrote. */
const CLIENT_SIDE_APPLY = 'kubectl-client-side-apply'
/** The controller that reads autoscalers is one of many in it, and the only one that writes to `scale`. */
const CONTROLLER_MANAGER = 'kube-controller-manager'
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

const labelMarks: readonly (readonly [key: string, manager: string])[] = [
  ['argocd.argoproj.io/instance', 'argo-cd'],
  ['argocd.argoproj.io/tracking-id', 'argo-cd'],
  ['kustomize.toolkit.fluxcd.io/name', 'flux'],
  ['helm.toolkit.fluxcd.io/name', 'flux'],
  ['meta.helm.sh/release-name', 'helm'],
  ['operators.coreos.com/owner', 'operator'],
  ['olm.owner', 'operator'],
]

const fieldManagers: readonly (readonly [pattern: RegExp, manager: string])[] = [
  [/^argocd/, 'argo-cd'],
  [/^(kustomize|helm)-controller$/, 'flux'],
  [/^helm$/, 'helm'],
  [/^kubectl/, 'kubectl'],
  [/^vpa-|autoscaler/, 'autoscaler'],
]

/**
 * Who else manages an object, from its labels, annotations, field managers and owner: `argo-cd`, `flux`, `operator`
 * (anything that controls a workload), `helm`, `autoscaler`, `kubectl`.
 */
export function managersOf(object: KubernetesObject): readonly string[] {
  const { labels = {}, annotations = {}, ownerReferences = [] } = object.metadata
  const found = new Set<string>()
  for (const [key, manager] of labelMarks) {
    if (Object.hasOwn(labels, key) || Object.hasOwn(annotations, key)) found.add(manager)
  }
  if (labels['app.kubernetes.io/managed-by'] === 'Helm') found.add('helm')
  for (const { manager: name, subresource } of writersOf(object)) {
    for (const [pattern, manager] of fieldManagers) if (pattern.test(name)) found.add(manager)
    if (name === CONTROLLER_MANAGER && subresource === 'scale') found.add('autoscaler')
  }
  // Pods and ReplicaSets have a controller as a matter of course, and a Job may have its CronJob; a Deployment has one only
  // when an operator made it.
  const isTop = object.kind !== 'Pod' && object.kind !== 'ReplicaSet'
  const schedules = (kind: string) => object.kind === 'Job' && kind === 'CronJob'
  if (isTop && ownerReferences.some(({ controller, kind }) => controller === true && !schedules(kind))) {
    found.add('operator')
  }
  return [...found].sort()
}

/** Why an object is not ours to change, naming who would put it back; `undefined` when nobody would. */
export function ownerRefusal(object: KubernetesObject): string | undefined {
  const owner = managersOf(object).find((manager) => OWNERS.includes(manager))
  if (owner === undefined) return undefined
  const controller = object.metadata.ownerReferences?.find((reference) => reference.controller === true)
  const name = owner === 'operator' && controller !== undefined ? ` (${controller.kind} ${controller.name})` : ''
  return `it is managed by ${owner}${name}, which would put the change back; act there instead`
}

/**
 * What to know of those who write an object once and go away: nobody puts a change back now, but their next run does. A
 * kubectl that only edited leaves nothing that would be applied again.
 */
export function redeployWarning(object: KubernetesObject): readonly string[] {
  if (managersOf(object).includes('helm')) return ['Helm deployed this: its next upgrade brings the old value back']
  const applied = Object.hasOwn(object.metadata.annotations ?? {}, LAST_APPLIED)
  const applies = writersOf(object).some(
    ({ manager, operation }) => manager === CLIENT_SIDE_APPLY || (manager === 'kubectl' && operation === 'Apply'),
  )
  return applied || applies ? ['kubectl applied this: the next apply brings the old value back'] : []
}

/** Who wrote which kind of field, as far as it can be read: an entry that cannot be names nobody. */
const writerSchema = z.looseObject({
  manager: z.string(),
  operation: z.string().optional(),
  subresource: z.string().optional(),
})

function writersOf(object: KubernetesObject): readonly z.output<typeof writerSchema>[] {
  const entries = object.metadata['managedFields']
  if (!Array.isArray(entries)) return []
  return entries.flatMap((entry: unknown) => writerSchema.safeParse(entry).data ?? [])
}
