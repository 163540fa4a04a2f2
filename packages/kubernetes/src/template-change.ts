import { type Json, MendkitError } from '@mendkit/core'
import { z } from 'zod'
import { resourceOf } from './cluster-reader.ts'
import type { FieldChange } from './field-change.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import { templateRollout } from './mark.ts'
import { keyedDigester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { type PodTemplate, parseWorkload } from './parse-workload.ts'
import type { Look } from './patch-definition.ts'
import { DAEMON_SET, DEPLOYMENT, STATEFUL_SET, type TargetKind } from './target.ts'

/** One container of a pod template. */
export type TemplateContainer = PodTemplate['spec']['containers'][number]

/** Workloads whose pods are replaced when their template changes. */
export const ROLLED_OUT: readonly TargetKind[] = [DEPLOYMENT, STATEFUL_SET, DAEMON_SET]

/**
 * What every change of a pod template has in common: the pods of the whole workload are replaced. When it goes back to
 * something that was recorded, ready pods of that are the one proof that it works.
 */
export function lookAtRollout(
  scope: Scope,
  object: KubernetesObject,
  backTo?: { readonly ready: number },
): Omit<Look<Json>, 'before' | 'after'> {
  const { paused, strategy, maxUnavailable } = parseWorkload(object)
  const stateful = object.kind === 'StatefulSet'
  const replicas = Math.max(1, maxUnavailable)
  return {
    refused: rolloutRefusal(object.kind, paused, strategy),
    // Pods go and come by the rollout's own rules, so no more are missing at once than those allow.
    blastRadius: { resources: [resourceOf(scope, object)], replicas },
    pods: { workload: object, down: replicas },
    doubts: [...(stateful ? ['stateful'] : []), ...(backTo?.ready === 0 ? ['readiness-of-target-unproven'] : [])],
    risk: stateful ? 'high' : undefined,
    reads: { paused, strategy },
  }
}

/** How a mark names the rollout that a changed template begins. */
export function rolloutMark(scope: Scope): (wanted: KubernetesObject) => string {
  return (wanted) => templateRollout(parseWorkload(wanted).template, keyedDigester(scope.digestKey))
}

/** The container of this name; `undefined` when the template has none. Its place is where a patch finds it. */
export function containerNamed(
  object: KubernetesObject,
  name: string,
): { readonly container: TemplateContainer; readonly path: FieldChange['path'] } | undefined {
  const { containers } = parseWorkload(object).template.spec
  const index = containers.findIndex((each) => each.name === name)
  const container = containers[index]
  return container && { container, path: ['spec', 'template', 'spec', 'containers', index] }
}

/** What a change of a container that is not there looks like. */
export function lookInVain(scope: Scope, object: KubernetesObject, container: string): Look<never> {
  const refused = `it has no container ${container}`
  return { ...lookAtRollout(scope, object), before: undefined, after: undefined, refused }
}

/** The container of this name. Throws `rejected` when there is none any more. */
export function mustContain(object: KubernetesObject, name: string) {
  const found = containerNamed(object, name)
  if (found !== undefined) return found
  throw new MendkitError('rejected', `${object.kind} ${object.metadata.name} has no container ${name} any more`)
}

/** Name of a container, as parameters and states have it. */
export const containerName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/, 'must be a name that Kubernetes allows, such as `app`')
  .describe('name of the container in the pod template')

function rolloutRefusal(kind: string, paused: boolean, strategy: string): string | undefined {
  if (paused) return `the ${kind} is paused`
  return strategy === 'OnDelete' ? `the ${kind} replaces pods only when somebody deletes them (OnDelete)` : undefined
}
