import type { CallContext, Reading } from '@mendkit/core'
import { isWorkloadKind, readSubject, readWorkload, resourceOf, type Subject } from './cluster-reader.ts'
import { factsAbout } from './facts.ts'
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
  const events = list.items
    .flatMap((item) => parseEvent(item) ?? [])
    .filter((event) => uids.has(event.about.uid))
    .sort((a, b) => (a.lastAt < b.lastAt ? -1 : 1))
  const resource = resourceOf(scope, object)
  const facts = factsAbout(resource)
  for (const [name, group] of grouped(events)) {
    const total = group.reduce((sum, event) => sum + event.count, 0)
    facts.atLeast(`event.${name}`, 'event', total, group.at(-1)?.lastAt)
  }
  return {
    facts: facts.facts,
    resource,
    text: events.slice(-MAX_LINES).map(describe).join('\n'),
    warnings: list.truncated ? [`the namespace has more than ${MAX_EVENTS} events; some were not read`] : [],
  }
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
    const name = nameOf(event)
    if (name !== undefined) groups.set(name, [...(groups.get(name) ?? []), event])
  }
  return groups
}

function nameOf({ reason, message }: ObjectEvent): string | undefined {
  if (reason === 'Unhealthy') return message.startsWith('Readiness') ? 'readiness-failed' : 'unhealthy'
  if (reason === 'Failed' && /pull image|ErrImagePull|ImagePullBackOff/.test(message)) return 'image-pull-failed'
  if (reason === 'BackOff') return message.includes('pulling image') ? 'image-pull-back-off' : 'restart-back-off'
  // Anybody may write Events, so only what looks like a reason becomes the name of a fact.
  return /^[A-Za-z]{1,40}$/.test(reason) ? kebab(reason) : undefined
}

function kebab(reason: string): string {
  return reason.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()
}

function describe({ lastAt, type, about, reason, message, count }: ObjectEvent): string {
  return `${lastAt} ${type} ${about.kind}/${about.name} ${reason}: ${message}${count > 1 ? ` (${count} times)` : ''}`
}
