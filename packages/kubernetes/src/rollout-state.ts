import type { CallContext } from '@mendkit/core'
import { MARK_ANNOTATION } from './annotations.ts'
import { readRollout } from './cluster-reader.ts'
import { guardOf, guardTests, setAnnotation } from './guard.ts'
import type { JsonPatchOperation } from './kubernetes-client.ts'
import type { Digester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { templateJson, type Workload } from './parse-workload.ts'
import { markText, type Revision } from './rollout.ts'

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

/** The patch that gives a Deployment the template of a revision and our mark, if nobody has touched it since it was read. */
export function rolloutPatch(deployment: Workload, to: Revision, executionId: string): readonly JsonPatchOperation[] {
  const { object, template } = deployment
  return [
    ...guardTests(guardOf(object)),
    { op: 'test', path: '/spec/template', value: templateJson(template) },
    { op: 'replace', path: '/spec/template', value: templateJson(to.template) },
    ...setAnnotation(object, MARK_ANNOTATION, markText({ execution: executionId, replicaSet: to.uid })),
  ]
}
