import { type CallContext, MendkitError, type Reading } from '@mendkit/core'
import { readRollout, readSubject, resourceOf, type Subject } from './cluster-reader.ts'
import { factsAbout } from './facts.ts'
import { keepsRevisions } from './kinds.ts'
import { isMarked } from './mark.ts'
import { keyedDigester } from './normalised-diff.ts'
import type { Scope } from './options.ts'
import { parseWorkload, type Workload } from './parse-workload.ts'
import type { Revision } from './rollout.ts'

/** The condition's reason from the moment at which all pods of the newest revision were available, until the next rollout. */
const COMPLETE = 'NewReplicaSetAvailable'

/**
 * Which revision a workload runs, since when, whether it ever got there, and which one before it could be returned to: the
 * newest with ready pods, which prove that it works; where none has any, the one right before.
 */
export async function readRollouts(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  if (!keepsRevisions(subject.kind)) {
    throw new MendkitError('invalid', `${subject.kind} keeps no revisions`, { path: 'input.kind' })
  }
  const workload = parseWorkload(await readSubject(scope, subject, context))
  const { current, earlier } = await readRollout(scope.read, workload, context)
  const resource = resourceOf(scope, workload.object)
  const list = factsAbout(resource)
  if (current === undefined) return { facts: [], resource, warnings: ['no revision belongs to the newest spec yet'] }
  const startedAt = current.object.metadata.creationTimestamp
  list.is('rollout.revision', 'change', current.number, startedAt)
  list.is('rollout.started-at', 'change', startedAt, startedAt)
  list.is('rollout.image', 'spec', imagesOf(current))
  list.is('rollout.complete', 'status', workload.observed && isComplete(workload, current))
  list.is('rollout.by-mendkit', 'spec', isMarked(workload.object, current, keyedDigester(scope.digestKey)))
  // The one right before may be another bad rollout, beside which the last good one still runs.
  const previous = earlier.find(({ ready }) => ready > 0) ?? earlier[0]
  if (previous !== undefined) {
    list.is('rollout.previous-revision', 'spec', previous.number)
    const kept = previous.object.kind === 'ReplicaSet' ? 'replica-set' : 'controller-revision'
    list.is(`rollout.previous-${kept}`, 'spec', previous.uid)
    list.is('rollout.previous-image', 'spec', imagesOf(previous))
    list.atLeast('rollout.previous-ready', 'status', previous.ready)
  }
  return { facts: list.facts, text: [current, ...earlier].map(describe).join('\n'), resource }
}

/**
 * Whether all pods of the newest revision were available at one time. A StatefulSet makes its newest revision the current
 * one then. A DaemonSet goes on to its last pod only when those before it are available.
 */
function isComplete(workload: Workload, current: Revision): boolean {
  const { object, progressing, progressed, updateRevision, currentRevision, counts } = workload
  if (object.kind === 'Deployment') {
    if (progressing !== COMPLETE) return false
    // When the controller loses a race it leaves the condition of the rollout before: for one by Recreate, until the next.
    const isAboutAnother = progressed !== undefined && progressed !== current.name
    return !isAboutAnother || (counts.total === counts.updated && counts.available >= counts.desired)
  }
  if (object.kind === 'StatefulSet') return updateRevision !== undefined && updateRevision === currentRevision
  return counts.updated >= counts.desired && counts.available > 0
}

function imagesOf({ template }: Revision): string {
  return template.spec.containers.map((container) => container.image ?? '?').join(', ')
}

function describe(revision: Revision): string {
  const { number, name, ready, object } = revision
  return `revision ${number}: ${object.kind} ${name}, made ${object.metadata.creationTimestamp ?? '?'}, ${ready} pods ready, image ${imagesOf(revision)}`
}
