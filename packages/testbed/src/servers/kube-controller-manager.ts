import { type ServerProcess, startServer } from '../machine/server-process.ts'
import type { ControlPlaneCredentials } from './credentials-files.ts'
import type { Machine } from './machine.ts'

const controllers = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemonset-controller',
  'disruption-controller',
  'resourcequota-controller',
  'garbage-collector-controller',
  'namespace-controller',
  'serviceaccount-controller',
  'root-ca-certificate-publisher-controller',
]

/** Starts the controllers that tests need and no others. Whether they run shows in what they do. */
export function startKubeControllerManager(machine: Machine, credentials: ControlPlaneCredentials): ServerProcess {
  return startServer(
    {
      name: 'kube-controller-manager',
      program: machine.paths.kubeControllerManager,
      arguments: [
        `--kubeconfig=${credentials.file('controller-manager.kubeconfig')}`,
        `--controllers=${controllers.join(',')}`,
        `--root-ca-file=${credentials.file('ca.pem')}`,
        // Each controller has the rights of its own and no more, as on a real control plane.
        '--use-service-account-credentials=true',
        '--leader-elect=false',
        '--secure-port=0',
        '--kube-api-qps=200',
        '--kube-api-burst=400',
        '--profiling=false',
      ],
    },
    machine.folder,
    machine.watchdog,
  )
}
