import type { CallContext } from '@mendkit/core'
import { readRollout } from './cluster-reader.ts'
import type { Digester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import type { Workload } from './parse-workload.ts'
import type { Revision } from './rollout.ts'

/**
 * A state that a Deployment had or is to have, by reference: templates hold environment values, which never leave this
 * adapter, so what is stored names a ReplicaSet and the digest of its template.
 */
export type RolloutState = {
  readonly replicaSet: string
  readonly name: string
  readonly template: string
}

/** The stored form of a revision. Equal for equal revisions, whatever number they have by now. */
export function stateOf(revision: Revision, digest: Digester): RolloutState {
  return { replicaSet: revision.uid, name: revision.name, template: stateDigest(revision, digest) }
}

/** Keyed digest of a revision's pod template. */
export function stateDigest(revision: Revision, digest: Digester): string {
  return digest('spec.template', revision.template)
}

/** The revision with this UID, if the Deployment still has it. */
export async function findRevision(
  scope: Scope,
  deployment: Workload,
  uid: string,
  context: CallContext,
): Promise<Revision | undefined> {
  const { current, earlier } = await readRollout(scope.read, deployment, context)
  return [...(current === undefined ? [] : [current]), ...earlier].find((revision) => revision.uid === uid)
}
