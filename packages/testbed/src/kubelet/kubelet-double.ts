import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { KubeApi } from '../kube/kube-api.ts'
import { watchObjects } from '../kube/watch-objects.ts'
import type { KeyPair } from '../pki/certificate-authority.ts'
import { eventRecorder } from './event-recorder.ts'
import { faultShares } from './fault-shares.ts'
import { startLogServer } from './log-server.ts'
import { keepHeartbeat, nodeNames, registerNodes } from './nodes.ts'
import { type Pod, type PodContainer, podSchema } from './pod.ts'
import { type PodRun, startPod } from './pod-run.ts'
import { usualTimings } from './timings.ts'

/** What the double needs. */
export interface KubeletDoubleOptions {
  readonly api: KubeApi
  readonly certificate: KeyPair
  readonly caPem: string
  /** Told of everything that fails in the background. */
  readonly onError: (error: unknown) => void
}

/** A scheduler and all kubelets of a cluster in one: binds pods, runs them by writing their status, serves their logs. */
export interface KubeletDouble {
  /** From now on the image cannot be pulled, or can be again. Running containers go on. */
  setUnpullable(image: string, unpullable: boolean): void
  stop(): void
}

/** Registers the nodes and begins to run every pod of the cluster. */
export async function startKubeletDouble(options: KubeletDoubleOptions): Promise<KubeletDouble> {
  const { api, onError } = options
  const ended = new AbortController()
  const unpullable = new Set<string>()
  const shares = faultShares()
  const events = eventRecorder(api)
  const running = new Map<string, { readonly run: PodRun; readonly key: string }>()
  const bound = new Set<string>()
  let placed = 0
  let started = 0

  const surroundings = {
    api,
    events,
    timings: usualTimings,
    isUnpullable: (image: string) => unpullable.has(image),
    faultOf: (pod: Pod, container: PodContainer) => shares.faultOf(pod, container),
    onError,
  }

  async function bind(pod: Pod): Promise<void> {
    const { name, namespace, uid } = pod.metadata
    const node = nodeNames[placed++ % nodeNames.length] ?? nodeNames[0]
    bound.add(uid)
    const target = { apiVersion: 'v1', kind: 'Node', name: node }
    const body = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace, uid }, target }
    const path = `/api/v1/namespaces/${namespace}/pods/${name}/binding`
    try {
      await api.call(z.unknown(), { method: 'POST', path, body })
    } catch (error) {
      // Deleted before it was bound, or bound by somebody else.
      if (MendkitError.is(error, 'not-found') || MendkitError.is(error, 'conflict')) return
      throw error
    }
    const message = `Successfully assigned ${namespace}/${name} to ${node}`
    await events.record(pod, { component: 'default-scheduler' }, { type: 'Normal', reason: 'Scheduled', message })
  }

  function forget(uid: string): void {
    running.get(uid)?.run.stop()
    running.delete(uid)
    bound.delete(uid)
    shares.forget(uid)
    events.forget(uid)
  }

  function onPod(pod: Pod): void {
    const { uid, namespace, name, deletionTimestamp } = pod.metadata
    if (!pod.spec.nodeName) {
      if (deletionTimestamp || pod.spec.schedulingGates.length > 0 || bound.has(uid)) return
      bind(pod).catch((error: unknown) => {
        bound.delete(uid)
        onError(error)
      })
      return
    }
    if (pod.status.phase === 'Succeeded' || pod.status.phase === 'Failed') return
    let entry = running.get(uid)
    if (!entry) {
      started += 1
      const podIp = `10.244.${Math.floor(started / 250) % 250}.${(started % 250) + 2}`
      entry = { run: startPod(pod, podIp, surroundings), key: `${namespace}/${name}` }
      running.set(uid, entry)
    }
    if (!deletionTimestamp) return
    shares.leave(uid)
    entry.run.terminate()
  }

  const findPod = (namespace: string, name: string) =>
    [...running.values()].find((entry) => entry.key === `${namespace}/${name}`)?.run
  const { server, port } = await startLogServer({ certificate: options.certificate, caPem: options.caPem, findPod })
  await registerNodes(api, port)
  const background = [
    keepHeartbeat(api, onError, ended.signal),
    watchObjects(api, {
      path: '/api/v1/pods',
      schema: podSchema,
      signal: ended.signal,
      onError,
      onChange: ({ type, object }) => (type === 'deleted' ? forget(object.metadata.uid) : onPod(object)),
    }),
  ]
  for (const work of background) work.catch(onError)

  return {
    setUnpullable: (image, isUnpullable) => void (isUnpullable ? unpullable.add(image) : unpullable.delete(image)),
    stop() {
      ended.abort()
      for (const uid of [...running.keys()]) forget(uid)
      server.close()
      server.closeAllConnections()
    },
  }
}
