import { answersOk } from '../machine/http-probe.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import type { ControlPlaneCredentials } from './credentials-files.ts'
import type { Machine } from './machine.ts'

const resources = ['deployments', 'namespaces', 'nodes', 'poddisruptionbudgets', 'pods', 'replicasets', 'statefulsets']

/** Starts kube-state-metrics and waits until it serves metrics. */
export async function startKubeStateMetrics(
  machine: Machine,
  credentials: ControlPlaneCredentials,
  ports: { metrics: number; telemetry: number },
): Promise<ServerProcess> {
  const server = startServer(
    {
      name: 'kube-state-metrics',
      program: machine.paths.kubeStateMetrics,
      arguments: [
        `--kubeconfig=${credentials.file('kube-state-metrics.kubeconfig')}`,
        `--resources=${resources.join(',')}`,
        '--host=127.0.0.1',
        `--port=${ports.metrics}`,
        '--telemetry-host=127.0.0.1',
        `--telemetry-port=${ports.telemetry}`,
      ],
    },
    machine.folder,
    machine.watchdog,
  )
  await server.ready(() => answersOk(`http://127.0.0.1:${ports.metrics}/metrics`))
  return server
}
