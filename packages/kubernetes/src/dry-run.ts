import { type CallContext, type DryRun, describeResource, MendkitError, type Resource } from '@mendkit/core'
import { isGuardFailure, refusingBudget } from './effect-failure.ts'
import { type Guard, guardOf, readTarget } from './guard.ts'
import type { KubernetesClient, KubernetesObject } from './kubernetes-client.ts'
import { failureOf } from './kubernetes-failure.ts'
import type { Scope } from './options.ts'
import { readExactTarget } from './target.ts'

/** Controllers and kubelets write a status all the time; a dry run that they overtook is tried again. */
const MAX_ATTEMPTS = 3

/**
 * How a dry run ended. `not-permitted`: there are no credentials for it. `overtaken`: the object moved on meanwhile.
 * `refused`: the API server would not do it.
 */
export type DryRunResult =
  | { readonly kind: 'done'; readonly result: KubernetesObject | undefined }
  | { readonly kind: 'none' | 'not-permitted' | 'overtaken' }
  | { readonly kind: 'refused'; readonly because: string }

/** What a preview says of its dry run: without one, that nothing was checked. */
export function dryRunWord({ kind }: DryRunResult): DryRun {
  return kind === 'done' || kind === 'none' ? kind : 'not-permitted'
}

/** An object that changes faster than a dry run can follow is to be looked at again later. */
export function overtaken(target: Resource): MendkitError {
  return new MendkitError(
    'unavailable',
    `${describeResource(target)} changed during every dry run; it is tried again later`,
  )
}

/** Tries a change out with the credentials to act. */
export async function tryDryRun(
  scope: Scope,
  target: Resource,
  guard: Guard,
  context: CallContext,
  attempt: (client: KubernetesClient) => Promise<KubernetesObject | undefined>,
): Promise<DryRunResult> {
  if (scope.act === undefined) return { kind: 'not-permitted' }
  try {
    return { kind: 'done', result: await attempt(scope.act) }
  } catch (error) {
    // Kubernetes authorises a dry run like the real thing.
    if (failureOf(error)?.status === 403) return { kind: 'not-permitted' }
    const budget = refusingBudget(error)
    if (budget !== undefined) return { kind: 'refused', because: `a disruption budget says no: ${budget}` }
    if (!MendkitError.is(error) || !isGuardFailure(error)) throw error
    const now = await readTarget(scope, target, context)
    const same = now?.metadata.uid === guard.uid && now.metadata.resourceVersion === guard.resourceVersion
    return same ? { kind: 'refused', because: error.message } : { kind: 'overtaken' }
  }
}

/** What a removal sees in its target, beside whether it must not be done. */
interface Seen {
  readonly refused?: string | undefined
}

/** Reads a target and, unless it is refused, tries its removal out; both again when the target moved on meanwhile. */
export async function tryRemoval<Found extends Seen>(
  scope: Scope,
  target: Resource,
  context: CallContext,
  look: (object: KubernetesObject) => Promise<Found>,
  remove: (client: KubernetesClient, guard: Guard) => Promise<void>,
): Promise<{ readonly object: KubernetesObject; readonly found: Found; readonly dryRun: DryRunResult }> {
  for (let attempt = 1; ; attempt += 1) {
    const object = await readExactTarget(scope, target, context)
    const found = await look(object)
    const guard = guardOf(object)
    const once = async (client: KubernetesClient) => {
      await remove(client, guard)
      return undefined
    }
    const dryRun: DryRunResult =
      found.refused === undefined ? await tryDryRun(scope, target, guard, context, once) : { kind: 'none' }
    if (dryRun.kind !== 'overtaken') return { object, found, dryRun }
    if (attempt === MAX_ATTEMPTS) throw overtaken(target)
  }
}
