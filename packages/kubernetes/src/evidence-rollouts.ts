import { type CallContext, MendkitError, type Reading } from '@mendkit/core'
import { readRollout, readSubject, resourceOf, type Subject } from './cluster-reader.ts'
import { factsAbout } from './facts.ts'
import { isMarked } from './mark.ts'
import { keyedDigester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { parseWorkload } from './parse-workload.ts'
import type { Revision } from './rollout.ts'

/** The condition's reason from the moment at which all pods of the newest revision were available, until the next rollout. */
const COMPLETE = 'NewReplicaSetAvailable'

/** Which revision a Deployment runs, since when, whether it ever got there, and which one it ran before. */
export async function readRollouts(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  if (subject.kind !== 'Deployment') {
    throw new MendkitError('invalid', `${subject.kind} keeps no ReplicaSets as revisions`, { path: 'input.kind' })
  }
  const deployment = parseWorkload(await readSubject(scope, subject, context))
  const { current, earlier } = await readRollout(scope.read, deployment, context)
  const resource = resourceOf(scope, deployment.object)
  const list = factsAbout(resource)
  if (current === undefined) return { facts: [], resource, warnings: ['no ReplicaSet belongs to the newest spec yet'] }
  const startedAt = current.object.metadata.creationTimestamp
  list.is('rollout.revision', 'change', current.number, startedAt)
  list.is('rollout.started-at', 'change', startedAt, startedAt)
  list.is('rollout.image', 'spec', imagesOf(current))
  list.is('rollout.complete', 'status', deployment.observed && deployment.progressing === COMPLETE)
  list.is('rollout.by-mendkit', 'spec', isMarked(deployment.object, current, keyedDigester(scope.digestKey)))
  const [previous] = earlier
  if (previous !== undefined) {
    list.is('rollout.previous-revision', 'spec', previous.number)
    list.is('rollout.previous-replica-set', 'spec', previous.uid)
    list.is('rollout.previous-image', 'spec', imagesOf(previous))
    list.atLeast('rollout.previous-ready', 'status', previous.ready)
  }
  return { facts: list.facts, text: [current, ...earlier].map(describe).join('\n'), resource }
}

function imagesOf({ template }: Revision): string {
  return template.spec.containers.map((container) => container.image ?? '?').join(', ')
}

function describe(revision: Revision): string {
  const { number, name, ready, object } = revision
  return `revision ${number}: ReplicaSet ${name}, made ${object.metadata.creationTimestamp ?? '?'}, ${ready} pods ready, image ${imagesOf(revision)}`
}
