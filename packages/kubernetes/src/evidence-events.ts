import type { CallContext, Reading } from '@mendkit/core'
import { isWorkloadKind, readSubject, readWorkload, resourceOf, type Subject } from './cluster-reader.ts'
import { refuserFacts } from './evidence-refusals.ts'
import { type FactList, factsAbout } from './facts.ts'
import { pullFailureIn, refusalIn } from './failure-words.ts'
import { kebab } from './kebab.ts'
import type { KubernetesObject } from './kubernetes-client.ts'
import type { Scope } from './options.ts'
import { type ObjectEvent, parseEvent } from './parse-event.ts'
import { revisionsOf } from './rollout.ts'

const MAX_EVENTS = 2000
const MAX_LINES = 40

/** What happened to a workload, its ReplicaSets and its pods within the last hour, as Kubernetes recorded it. */
export async function readEvents(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  const { object, uids } = await whoseEvents(scope, subject, context)
  const { namespace } = subject
  const list = await scope.read.list({ apiVersion: 'v1', kind: 'Event', namespace, atMost: MAX_EVENTS }, context)
  const events = list.items.flatMap((item) => parseEvent(item) ?? []).filter((event) => uids.has(event.about.uid))
  const resource = resourceOf(scope, object)
  const facts = factsAbout(resource)
  const told = eventFacts(facts, events)
  return {
    facts: [
      ...facts.facts,
      ...refuserFacts(
        scope,
        namespace,
        'event',
        events.map(({ message }) => message),
      ),
    ],
    resource,
    text: told.join('\n'),
    warnings: list.truncated ? [`the namespace has more than ${MAX_EVENTS} events; some were not read`] : [],
  }
}

/** Adds how often each reason was recorded, and answers the latest in words, oldest first. */
export function eventFacts(list: FactList, events: readonly ObjectEvent[]): readonly string[] {
  const inOrder = events.toSorted((a, b) => (a.lastAt < b.lastAt ? -1 : 1))
  for (const [name, group] of grouped(inOrder)) {
    const total = group.reduce((sum, event) => sum + event.count, 0)
    list.atLeast(`event.${name}`, 'event', total, group.at(-1)?.lastAt)
  }
  return inOrder.slice(-MAX_LINES).map(describe)
}

async function whoseEvents(
  scope: Scope,
  subject: Subject,
  context: CallContext,
): Promise<{ object: KubernetesObject; uids: ReadonlySet<string> }> {
  if (!isWorkloadKind(subject.kind)) {
    const object = await readSubject(scope, subject, context)
    return { object, uids: new Set([object.metadata.uid]) }
  }
  const { workload, pods, rollout } = await readWorkload(scope, subject, context)
  const revisions = rollout === undefined ? [] : revisionsOf(rollout)
  const { object } = workload
  const uids = [object.metadata.uid, ...revisions.map(({ uid }) => uid), ...pods.map((pod) => pod.object.metadata.uid)]
  return { object, uids: new Set(uids) }
}

/** Events by what they say, told apart where Kubernetes uses one reason for different things. */
function grouped(events: readonly ObjectEvent[]): ReadonlyMap<string, ObjectEvent[]> {
  const groups = new Map<string, ObjectEvent[]>()
  for (const event of events) {
    for (const name of namesOf(event)) groups.set(name, [...(groups.get(name) ?? []), event])
  }
  return groups
}

/** What an Event says, and more exactly where its words tell. */
function namesOf(event: ObjectEvent): readonly string[] {
  return [nameOf(event), moreExactly(event)].filter((name) => name !== undefined)
}

function moreExactly({ reason, message }: ObjectEvent): string | undefined {
  if (reason === 'Failed') return pullFailureIn(message)
  if (reason === 'FailedCreate') return refusalIn(message)?.what
  if (reason === 'Killing') return message.includes('failed liveness probe') ? 'liveness-killed' : undefined
  if (reason !== 'Unhealthy') return undefined
  if (message.startsWith('Liveness')) return 'liveness-failed'
  return message.startsWith('Readiness') && message.includes('connection refused') ? 'readiness-refused' : undefined
}

function nameOf({ reason, message }: ObjectEvent): string | undefined {
  if (reason === 'Unhealthy') return message.startsWith('Readiness') ? 'readiness-failed' : 'unhealthy'
  if (reason === 'Failed' && /pull image|ErrImagePull|ImagePullBackOff/.test(message)) return 'image-pull-failed'
  if (reason === 'BackOff') return message.includes('pulling image') ? 'image-pull-back-off' : 'restart-back-off'
  // Anybody may write Events, so only what looks like a reason becomes the name of a fact.
  return /^[A-Za-z]{1,40}$/.test(reason) ? kebab(reason) : undefined
}

function describe({ lastAt, type, about, reason, message, count }: ObjectEvent): string {
  return `${lastAt} ${type} ${about.kind}/${about.name} ${reason}: ${message}${count > 1 ? ` (${count} times)` : ''}`
}
