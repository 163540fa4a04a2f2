import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { binaryPath } from './build-go-server.ts'
import { cacheFolder } from './cache-folder.ts'
import { debianFolder } from './debian-servers.ts'
import { goBuildOf, goServers } from './go-servers.ts'

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

/** Looks for the programs in the cache, and for Prometheus and Alertmanager also on the PATH. Never builds. */
export function findServers(cache: string = cacheFolder()): FoundServers {
  const built = new Map(goServers.map((server) => [server.name, builtProgram(cache, server)]))
  const paths = {
    etcd: built.get('etcd'),
    kubeApiServer: built.get('kube-apiserver'),
    kubeControllerManager: built.get('kube-controller-manager'),
    kubeStateMetrics: built.get('kube-state-metrics'),
    ...findMonitoring(cache),
  }
  const { etcd, kubeApiServer, kubeControllerManager, kubeStateMetrics, prometheus, alertmanager } = paths
  if (etcd && kubeApiServer && kubeControllerManager && kubeStateMetrics && prometheus && alertmanager) {
    const complete = { etcd, kubeApiServer, kubeControllerManager, kubeStateMetrics, prometheus, alertmanager }
    return { kind: 'found', paths: complete }
  }
  const missing = Object.entries(paths).filter(([, path]) => path === undefined)
  return { kind: 'missing', missing: missing.map(([name]) => name) }
}

/** Looks for Prometheus and Alertmanager in the cache, then on the PATH. */
export function findMonitoring(cache: string): { prometheus: string | undefined; alertmanager: string | undefined } {
  const folders = [join(debianFolder(cache), 'usr', 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)]
  return {
    prometheus: firstProgram(folders, ['prometheus']),
    // Debian renames Alertmanager's binary.
    alertmanager: firstProgram(folders, ['prometheus-alertmanager', 'alertmanager']),
  }
}

function builtProgram(cache: string, server: (typeof goServers)[number]): string | undefined {
  const path = binaryPath(cache, goBuildOf(server))
  return isProgram(path) ? path : undefined
}

function firstProgram(folders: readonly string[], names: readonly string[]): string | undefined {
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find(isProgram)
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    // Absent, or not ours to run: either way it cannot be used.
    return false
  }
}
