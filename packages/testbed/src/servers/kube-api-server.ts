import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KubeApi } from '../kube/kube-api.ts'
import { type ServerProcess, startServer } from '../machine/server-process.ts'
import { auditPolicy } from './audit-policy.ts'
import type { ControlPlaneCredentials } from './credentials-files.ts'
import type { Machine } from './machine.ts'

/** What the API server needs to know. */
export interface KubeApiServerOptions {
  readonly port: number
  readonly etcdPort: number
  readonly credentials: ControlPlaneCredentials
  /** Asked for readiness; anonymous requests are refused. */
  readonly api: KubeApi
}

/** Path of the audit log of the testbed in `folder`. */
export function auditLogPath(folder: string): string {
  return join(folder, 'audit.log')
}

/** Starts the API server, with RBAC and the audit log on and anonymous access off, and waits until it is ready. */
export async function startKubeApiServer(machine: Machine, options: KubeApiServerOptions): Promise<ServerProcess> {
  const { credentials } = options
  const policyPath = join(machine.folder, 'audit-policy.json')
  await writeFile(policyPath, JSON.stringify(auditPolicy))
  const server = startServer(
    {
      name: 'kube-apiserver',
      program: machine.paths.kubeApiServer,
      arguments: [
        `--etcd-servers=http://127.0.0.1:${options.etcdPort}`,
        '--bind-address=127.0.0.1',
        `--secure-port=${options.port}`,
        `--cert-dir=${join(machine.folder, 'api-server')}`,
        `--tls-cert-file=${credentials.file('api-server.pem')}`,
        `--tls-private-key-file=${credentials.file('api-server-key.pem')}`,
        `--client-ca-file=${credentials.file('ca.pem')}`,
        '--anonymous-auth=false',
        '--authorization-mode=RBAC',
        '--service-account-issuer=https://testbed.mendkit.invalid',
        `--service-account-key-file=${credentials.file('service-accounts.pem')}`,
        `--service-account-signing-key-file=${credentials.file('service-accounts-key.pem')}`,
        `--kubelet-certificate-authority=${credentials.file('ca.pem')}`,
        `--kubelet-client-certificate=${credentials.file('to-kubelet.pem')}`,
        `--kubelet-client-key=${credentials.file('to-kubelet-key.pem')}`,
        '--kubelet-preferred-address-types=InternalIP',
        `--audit-policy-file=${policyPath}`,
        `--audit-log-path=${auditLogPath(machine.folder)}`,
        '--audit-log-mode=blocking',
        '--audit-log-maxsize=4096',
        '--service-cluster-ip-range=10.96.0.0/24',
        // A loopback address is not allowed as an endpoint of the `kubernetes` service, and nobody here needs it.
        '--endpoint-reconciler-type=none',
        // There is no scheduler and no node controller, so nothing would take the taint off again.
        '--disable-admission-plugins=TaintNodesByCondition',
        '--enable-priority-and-fairness=false',
        '--profiling=false',
      ],
    },
    machine.folder,
    machine.watchdog,
  )
  await server.ready(async () => (await options.api.send({ path: '/readyz' })).status === 200)
  return server
}
