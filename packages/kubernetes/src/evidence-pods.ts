import type { CallContext, Fact, Reading } from '@mendkit/core'
import { type Observed, readSubject, readWorkload, resourceOf, type Subject } from './cluster-reader.ts'
import { readUnboundClaims } from './evidence-claims.ts'
import { type FactList, factsAbout } from './facts.ts'
import { missingConfigIn, obstaclesIn } from './failure-words.ts'
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
  const failing = observed.pods.filter((pod) => FAILING.includes(pod.state) || isStuck(pod))
  const told = podFacts(scope, failing.slice(0, MAX_TOLD))
  const claims = await readUnboundClaims(scope, failing.slice(0, MAX_TOLD), context)
  const warnings = [
    ...claims.warnings,
    ...(observed.truncated ? ['there are more pods than were read'] : []),
    ...(failing.length > MAX_TOLD ? [`only ${MAX_TOLD} of ${failing.length} failing pods are told one by one`] : []),
  ]
  const text = [
    ...told.lines,
    ...claims.lines,
    ...observed.pods.filter((pod) => !failing.includes(pod)).map(describe),
  ].join('\n')
  return { facts: [...list.facts, ...told.facts, ...claims.facts], text, resource, warnings }
}

/** Whether a pod is of the revision that its workload asks for. Where that cannot be told it counts as such. */
function isCurrent({ rollout, workload }: Observed, pod: Pod): boolean {
  if (rollout !== undefined) return pod.controller?.uid === rollout.current?.uid
  const hash = pod.object.metadata.labels?.['controller-revision-hash']
  return workload.updateRevision === undefined || hash === undefined || hash === workload.updateRevision
}

function count(list: FactList, prefix: string, pods: readonly Pod[]): void {
  for (const state of ['ready', ...FAILING, 'pending'] as const) {
    list.atLeast(`${prefix}.${state}`, 'status', pods.filter((pod) => pod.state === state).length)
  }
}

/** What is wrong with pods, one by one: facts about each, and a line. */
export function podFacts(scope: Scope, pods: readonly Pod[]) {
  const facts = pods.flatMap((pod) => {
    const list = factsAbout(resourceOf(scope, pod.object))
    list.is('pod.state', 'status', pod.state)
    if (pod.unschedulable !== undefined) list.is('pod.unschedulable', 'status', obstaclesIn(pod.unschedulable))
    for (const container of pod.containers) containerFacts(list, container)
    return [...list.facts, ...missingConfigFacts(scope, pod)]
  })
  return { facts, lines: pods.map(describe) }
}

/** A pod that has not started and will not by itself. */
function isStuck({ state, unschedulable, containers }: Pod): boolean {
  return state === 'pending' && (unschedulable !== undefined || containers.some(lacksConfig))
}

function lacksConfig({ waiting }: ContainerState): boolean {
  return waiting === 'CreateContainerConfigError'
}

/** What the kubelet misses before it can start a container, one fact about each such object. */
function missingConfigFacts(scope: Scope, { object, containers }: Pod): readonly Fact[] {
  const { namespace } = object.metadata
  return containers.filter(lacksConfig).flatMap(({ waitingBecause = '' }) => {
    const missing = missingConfigIn(waitingBecause)
    if (missing === undefined || namespace === undefined) return []
    const { kind, name, key } = missing
    const list = factsAbout({ cluster: scope.cluster, apiVersion: 'v1', kind, namespace, name })
    list.is('config.missing', 'status', key ?? 'object')
    return list.facts
  })
}

function containerFacts(list: FactList, { name, restarts, ended, init, ready }: ContainerState): void {
  list.atLeast(`container.${name}.restarts`, 'status', restarts)
  if (init && !ready && restarts > 0) list.is('pod.init-failing', 'status', name)
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
