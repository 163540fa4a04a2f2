import type { CallContext, Reading } from '@mendkit/core'
import { type Observed, readSubject, readWorkload, resourceOf, type Subject } from './cluster-reader.ts'
import { type FactList, factsAbout } from './facts.ts'
import type { Scope } from './options.ts'
import { type ContainerState, type Pod, type PodState, parsePod } from './parse-pod.ts'

/** Pods that are told of one by one; the counts cover all. */
const MAX_TOLD = 20
/** States in which something is wrong for sure, or may be. */
const FAILING: readonly PodState[] = ['crash-looping', 'image-pull-failing', 'unready']

/** How many pods of a workload are in which state, of its newest revision and of others, and what is wrong with which. */
export async function readPods(scope: Scope, subject: Subject, context: CallContext): Promise<Reading> {
  if (subject.kind === 'Pod') {
    const pod = parsePod(await readSubject(scope, subject, context))
    return { ...podFacts(scope, [pod]), resource: resourceOf(scope, pod.object) }
  }
  const observed = await readWorkload(scope, subject, context)
  const resource = resourceOf(scope, observed.workload.object)
  const list = factsAbout(resource)
  const current = observed.pods.filter((pod) => isCurrent(observed, pod))
  const old = observed.pods.filter((pod) => !current.includes(pod))
  count(list, 'pods.current', current)
  count(list, 'pods.old', old)
  const failing = observed.pods.filter((pod) => FAILING.includes(pod.state))
  const told = podFacts(scope, failing.slice(0, MAX_TOLD))
  const warnings = [
    ...(observed.truncated ? ['there are more pods than were read'] : []),
    ...(failing.length > MAX_TOLD ? [`only ${MAX_TOLD} of ${failing.length} failing pods are told one by one`] : []),
  ]
  const text = [...told.lines, ...observed.pods.filter((pod) => !failing.includes(pod)).map(describe)].join('\n')
  return { facts: [...list.facts, ...told.facts], text, resource, warnings }
}

/** Whether a pod is of the revision that its workload asks for. Where that cannot be told it counts as such. */
function isCurrent({ rollout, workload }: Observed, pod: Pod): boolean {
  if (rollout !== undefined) return pod.controller?.uid === rollout.current?.uid
  const hash = pod.object.metadata.labels?.['controller-revision-hash']
  return workload.updateRevision === undefined || hash === undefined || hash === workload.updateRevision
}

function count(list: FactList, prefix: string, pods: readonly Pod[]): void {
  for (const state of ['ready', ...FAILING] as const) {
    list.atLeast(`${prefix}.${state}`, 'status', pods.filter((pod) => pod.state === state).length)
  }
}

/** What is wrong with pods, one by one: facts about each, and a line. */
export function podFacts(scope: Scope, pods: readonly Pod[]) {
  const facts = pods.flatMap((pod) => {
    const list = factsAbout(resourceOf(scope, pod.object))
    list.is('pod.state', 'status', pod.state)
    for (const container of pod.containers) containerFacts(list, container)
    return list.facts
  })
  return { facts, lines: pods.map(describe) }
}

function containerFacts(list: FactList, { name, restarts, ended }: ContainerState): void {
  list.atLeast(`container.${name}.restarts`, 'status', restarts)
  if (ended === undefined || ended.exitCode === 0) return
  list.is(`container.${name}.ended-by`, 'status', ended.reason)
  list.is(`container.${name}.exit-code`, 'status', ended.exitCode)
}

function describe({ object, state, containers }: Pod): string {
  const parts = containers.map(({ name, image, restarts, waiting, ended }) => {
    const why = [waiting, ended === undefined ? undefined : `ended by ${ended.reason} (${ended.exitCode})`]
    return `${name} ${image}, ${restarts} restarts ${why.filter(Boolean).join(', ')}`.trim()
  })
  return `Pod ${object.metadata.name}: ${state}; ${parts.join('; ')}`
}
