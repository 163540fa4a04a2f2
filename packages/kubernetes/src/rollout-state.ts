import type { CallContext } from '@mendkit/core'
import { z } from 'zod'
import { readRollout } from './cluster-reader.ts'
import type { Digester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import type { Workload } from './parse-workload.ts'
import { type Revision, revisionsOf } from './rollout.ts'

/** Stored form of `RolloutState`. */
export const rolloutState = z.union([
  z.strictObject({ replicaSet: z.string(), name: z.string(), template: z.string() }),
  z.strictObject({ controllerRevision: z.string(), name: z.string(), template: z.string() }),
])

/**
 * A state that a workload had or is to have, by reference: templates hold environment values, which never leave this
 * adapter, so what is stored names a ReplicaSet or ControllerRevision by its UID, and the digest of its template.
 */
export type RolloutState = z.output<typeof rolloutState>

/** The stored form of a revision. Equal for equal revisions, whatever number they have by now. */
export function stateOf(revision: Revision, digest: Digester): RolloutState {
  const { object, uid, name } = revision
  const template = stateDigest(revision, digest)
  return object.kind === 'ReplicaSet'
    ? { replicaSet: uid, name, template }
    : { controllerRevision: uid, name, template }
}

/** UID of the revision that a state names. */
export function revisionUid(state: RolloutState): string {
  return 'replicaSet' in state ? state.replicaSet : state.controllerRevision
}

/** Keyed digest of a revision's pod template. */
export function stateDigest(revision: Revision, digest: Digester): string {
  return digest('spec.template', revision.template)
}

/** The revision with this UID, if the workload still has it. */
export async function findRevision(
  scope: Scope,
  workload: Workload,
  uid: string,
  context: CallContext,
): Promise<Revision | undefined> {
  const rollout = await readRollout(scope.read, workload, context)
  return revisionsOf(rollout).find((revision) => revision.uid === uid)
}
