import { setTimeout as delay } from 'node:timers/promises'
import { MendkitError } from '@mendkit/core'
import { z } from 'zod'
import type { KubeApi } from '../kube/kube-api.ts'

/** The nodes that the double claims to be. */
export const nodeNames = ['testbed-node-1', 'testbed-node-2'] as const

const heartbeatMs = 10_000

/** Registers the nodes as ready, with the port at which their kubelet answers. */
export async function registerNodes(api: KubeApi, kubeletPort: number): Promise<void> {
  const now = new Date().toISOString()
  for (const name of nodeNames) {
    const metadata = { name, labels: { 'kubernetes.io/hostname': name, 'kubernetes.io/os': 'linux' } }
    await api.call(z.unknown(), {
      method: 'POST',
      path: '/api/v1/nodes',
      body: { apiVersion: 'v1', kind: 'Node', metadata },
    })
    const resources = { cpu: '8', memory: '32Gi', pods: '500', 'ephemeral-storage': '100Gi' }
    const ready = {
      type: 'Ready',
      status: 'True',
      reason: 'KubeletReady',
      message: 'kubelet is posting ready status',
      lastHeartbeatTime: now,
      lastTransitionTime: now,
    }
    await api.call(z.unknown(), {
      method: 'PATCH',
      path: `/api/v1/nodes/${name}/status`,
      contentType: 'application/strategic-merge-patch+json',
      body: {
        status: {
          capacity: resources,
          allocatable: resources,
          conditions: [ready],
          addresses: [
            { type: 'InternalIP', address: '127.0.0.1' },
            { type: 'Hostname', address: name },
          ],
          daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } },
        },
      },
    })
  }
}

/** Renews the nodes' leases until the signal aborts. */
export async function keepHeartbeat(
  api: KubeApi,
  onError: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    for (const name of nodeNames) await renew(api, name).catch(onError)
    await delay(heartbeatMs, undefined, { signal, ref: false }).catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
  }
}

async function renew(api: KubeApi, node: string): Promise<void> {
  const path = '/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases'
  const renewTime = new Date().toISOString().replace('Z', '000Z')
  const spec = { holderIdentity: node, leaseDurationSeconds: 40, renewTime }
  try {
    const contentType = 'application/merge-patch+json'
    await api.call(z.unknown(), { method: 'PATCH', path: `${path}/${node}`, body: { spec }, contentType })
  } catch (error) {
    if (!MendkitError.is(error, 'not-found')) throw error
    const body = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: node }, spec }
    await api.call(z.unknown(), { method: 'POST', path, body })
  }
}
