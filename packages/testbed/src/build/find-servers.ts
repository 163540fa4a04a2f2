import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { binaryPath } from './build-go-server.ts'
import { cacheFolder } from './cache-folder.ts'
import { debianFolder } from './debian-packages.ts'
import { goBuildOf, goServers, logJudge, versitygw } from './go-servers.ts'

/** Paths of all the programs that a testbed runs. */
export interface ServerPaths {
  readonly etcd: string
  readonly kubeApiServer: string
  readonly kubeControllerManager: string
  readonly kubeStateMetrics: string
  readonly prometheus: string
  readonly alertmanager: string
}

/** Either every program, or the names of those that are not there. */
export type FoundServers =
  | { readonly kind: 'found'; readonly paths: ServerPaths }
  | { readonly kind: 'missing'; readonly missing: readonly string[] }

/** Looks for the programs in the cache, and for Prometheus also on the PATH. Never builds. */
export function findServers(cache: string = cacheFolder()): FoundServers {
  const built = new Map(goServers.map((server) => [server.name, builtProgram(cache, server)]))
  const paths = {
    etcd: built.get('etcd'),
    kubeApiServer: built.get('kube-apiserver'),
    kubeControllerManager: built.get('kube-controller-manager'),
    kubeStateMetrics: built.get('kube-state-metrics'),
    alertmanager: built.get('alertmanager'),
    prometheus: findPrometheus(cache),
  }
  const { etcd, kubeApiServer, kubeControllerManager, kubeStateMetrics, prometheus, alertmanager } = paths
  if (etcd && kubeApiServer && kubeControllerManager && kubeStateMetrics && prometheus && alertmanager) {
    const complete = { etcd, kubeApiServer, kubeControllerManager, kubeStateMetrics, prometheus, alertmanager }
    return { kind: 'found', paths: complete }
  }
  const missing = Object.entries(paths).filter(([, path]) => path === undefined)
  return { kind: 'missing', missing: missing.map(([name]) => name) }
}

/** Looks for Prometheus in the cache, then on the PATH. */
export function findPrometheus(cache: string): string | undefined {
  const folders = [join(debianFolder(cache), 'usr', 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)]
  return folders.map((folder) => join(folder, 'prometheus')).find(isProgram)
}

/** Looks for the judge of the audit log in the cache. Never builds. */
export function findLogJudge(cache: string = cacheFolder()): string | undefined {
  return builtProgram(cache, logJudge)
}

/** Looks for the S3 server in the cache. Never builds. */
export function findVersitygw(cache: string = cacheFolder()): string | undefined {
  return builtProgram(cache, versitygw)
}

function builtProgram(cache: string, server: (typeof goServers)[number]): string | undefined {
  const path = binaryPath(cache, goBuildOf(server))
  return isProgram(path) ? path : undefined
}

/** Whether this process may run what stands there. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Absent, or not ours to run: either way it cannot be used.
    return false
  }
}
