import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { KubeApi } from '../kube/kube-api.ts'
import { containerLife } from './container-life.ts'
import type { ContainerLog } from './container-log.ts'
import type { ContainerState } from './container-record.ts'
import type { EventRecorder, PodEvent } from './event-recorder.ts'
import type { Fault } from './fault.ts'
import type { Pod, PodContainer } from './pod.ts'
import { type PodCondition, podConditions, podStatus } from './pod-status.ts'
import type { Timings } from './timings.ts'

/** What every pod on the double shares. */
export interface PodSurroundings {
  readonly api: KubeApi
  readonly events: EventRecorder
  readonly timings: Timings
  readonly isUnpullable: (image: string) => boolean
  readonly faultOf: (pod: Pod, container: PodContainer) => Fault
  readonly onError: (error: unknown) => void
}

/** A pod being run. */
export interface PodRun {
  /** The pod is to end: tells so, waits, and removes it from the API server. Further calls do nothing. */
  terminate(): void
  /** The pod is gone; nothing more is written about it. */
  stop(): void
  /** A container's logs and what it is doing; undefined for a name that the pod does not have. */
  container(name: string): { readonly log: ContainerLog; readonly state: ContainerState } | undefined
}

/** Runs a pod that is bound to a node, by writing what a kubelet would write. */
export function startPod(pod: Pod, podIp: string, given: PodSurroundings): PodRun {
  const { name, namespace, uid } = pod.metadata
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`
  const ended = new AbortController()
  const facts = { pod, podIp, startTime: wireTime() }
  let conditions: readonly PodCondition[] = []
  let writing = false
  let changed = false
  let terminating = false

  const guarded = (work: Promise<unknown>) => {
    work.catch((error: unknown) => {
      if (!ended.signal.aborted) given.onError(error)
    })
  }
  const source = { component: 'kubelet', host: pod.spec.nodeName ?? '' }
  const tell = (event: PodEvent) => guarded(given.events.record(pod, source, event))

  const lives = pod.spec.containers.map((container) =>
    containerLife({
      name: container.name,
      image: container.image,
      fault: given.faultOf(pod, container),
      podTitle: `${name}_${namespace}(${uid})`,
      timings: given.timings,
      isUnpullable: given.isUnpullable,
      tell,
      changed: () => guarded(publish()),
      signal: ended.signal,
    }),
  )

  async function publish(): Promise<void> {
    changed = true
    if (writing) return
    writing = true
    while (changed && !ended.signal.aborted) {
      changed = false
      try {
        await writeStatus()
      } catch (error) {
        if (isGone(error)) {
          ended.abort()
          break
        }
        given.onError(error)
        changed = true
        await delay(500)
      }
    }
    writing = false
  }

  async function writeStatus(): Promise<void> {
    const records = lives.map((life) => life.record())
    conditions = podConditions(records, conditions, wireTime())
    // The uid makes the API server refuse when another pod has taken the name.
    const body = { metadata: { uid }, status: podStatus(facts, records, conditions) }
    const contentType = 'application/strategic-merge-patch+json'
    await given.api.call(z.unknown(), { method: 'PATCH', path: `${path}/status`, body, contentType })
  }

  async function remove(): Promise<void> {
    for (const { name: container } of pod.spec.containers) {
      tell({ type: 'Normal', reason: 'Killing', message: `Stopping container ${container}`, container })
    }
    await delay(given.timings.terminationMs)
    ended.abort()
    try {
      const body = { gracePeriodSeconds: 0, preconditions: { uid } }
      await given.api.call(z.unknown(), { method: 'DELETE', path, body })
    } catch (error) {
      if (!isGone(error)) given.onError(error)
    }
  }

  guarded(publish())
  for (const life of lives) guarded(life.run())

  return {
    terminate() {
      if (terminating) return
      terminating = true
      void remove()
    },
    stop: () => ended.abort(),
    container(containerName) {
      const life = lives.find((each) => each.record().name === containerName)
      return life && { log: life.log(), state: life.record().state }
    },
  }
}

function isGone(error: unknown): boolean {
  return MendkitError.is(error, 'not-found') || MendkitError.is(error, 'conflict')
}

function wireTime(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z')
}
