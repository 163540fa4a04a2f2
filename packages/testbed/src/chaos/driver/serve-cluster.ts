import { silentLogger } from '@mendkit/core'
import type { KubernetesClient } from '@mendkit/kubernetes'

const context = { signal: new AbortController().signal, log: silentLogger }

/** Carries out what a host asks of the cluster in this process. The names are those of the client in `driver-client.ts`. */
export function serveCluster(client: KubernetesClient, method: Served, args: readonly unknown[]): Promise<unknown> {
  // Both ends have the same interface; the wire between them forgets its types.
  const call = client[method] as (...given: readonly unknown[]) => Promise<unknown>
  return call(...args, context)
}

/** The methods that answer once. */
export type Served = Exclude<keyof KubernetesClient, 'watch'>
