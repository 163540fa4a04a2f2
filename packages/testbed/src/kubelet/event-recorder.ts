import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { KubeApi } from '../kube/kube-api.ts'
import type { Pod } from './pod.ts'

/** One thing to tell about a pod. */
export interface PodEvent {
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Absent for an event about the whole pod. */
  readonly container?: string
}

/** Writes the events that a kubelet and a scheduler write; a repeated one raises its count. */
export interface EventRecorder {
  record(pod: Pod, source: { component: string; host?: string }, event: PodEvent): Promise<void>
  /** The pod is gone: its counts are forgotten. */
  forget(podUid: string): void
}

/** Makes a recorder. Events that the API server refuses are dropped when their pod or namespace is on its way out. */
export function eventRecorder(api: KubeApi): EventRecorder {
  const counts = new Map<string, Map<string, { readonly name: string; count: number }>>()
  let serial = 0

  async function send(path: string, method: 'POST' | 'PATCH', body: object): Promise<void> {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
    try {
      await api.call(z.unknown(), { method, path, body, contentType })
    } catch (error) {
      if (!MendkitError.is(error, 'forbidden') && !MendkitError.is(error, 'not-found')) throw error
    }
  }

  return {
    async record(pod, source, event) {
      const { name, namespace, uid } = pod.metadata
      const now = new Date().toISOString().replace(/\.\d+Z$/, 'Z')
      const path = `/api/v1/namespaces/${namespace}/events`
      const known = counts.get(uid) ?? new Map<string, { readonly name: string; count: number }>()
      counts.set(uid, known)
      const key = `${event.reason}\n${event.container ?? ''}\n${event.message}`
      const before = known.get(key)
      if (before) {
        before.count += 1
        await send(`${path}/${before.name}`, 'PATCH', { count: before.count, lastTimestamp: now })
        return
      }
      serial += 1
      const eventName = `${name}.${(Date.now() * 4096 + (serial % 4096)).toString(16)}`
      known.set(key, { name: eventName, count: 1 })
      await send(path, 'POST', {
        apiVersion: 'v1',
        kind: 'Event',
        metadata: { name: eventName, namespace },
        involvedObject: {
          apiVersion: 'v1',
          kind: 'Pod',
          name,
          namespace,
          uid,
          ...(event.container ? { fieldPath: `spec.containers{${event.container}}` } : {}),
        },
        type: event.type,
        reason: event.reason,
        message: event.message,
        source,
        reportingComponent: source.component,
        reportingInstance: source.host ?? '',
        count: 1,
        firstTimestamp: now,
        lastTimestamp: now,
      })
    },
    forget: (podUid) => void counts.delete(podUid),
  }
}
