import { generateKeyPairSync } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { kubeconfigText } from '../kube/kubeconfig.ts'
import { type CertificateAuthority, createCertificateAuthority, type KeyPair } from '../pki/certificate-authority.ts'

/** All certificates and keys of one control plane, and where they are on disk. */
export interface ControlPlaneCredentials {
  readonly authority: CertificateAuthority
  readonly admin: KeyPair
  readonly kubelet: KeyPair
  /** Path of a file below the credentials folder. */
  file(name: string): string
}

/** Issues every certificate that the control plane needs and writes them below `folder`, readable only by this user. */
export async function writeCredentials(folder: string, apiUrl: string): Promise<ControlPlaneCredentials> {
  const authority = createCertificateAuthority()
  const masters = ['system:masters']
  const admin = authority.issue({ commonName: 'testbed-admin', organizations: masters })
  const kubelet = authority.issue({
    commonName: 'testbed-kubelet',
    organizations: masters,
    hosts: ['127.0.0.1', 'localhost'],
  })
  const apiServer = authority.issue({ commonName: 'kube-apiserver', hosts: ['127.0.0.1', 'localhost'] })
  const toKubelet = authority.issue({ commonName: 'kube-apiserver-kubelet-client' })
  const clients = {
    admin,
    'controller-manager': authority.issue({ commonName: 'system:kube-controller-manager' }),
    'kube-state-metrics': authority.issue({ commonName: 'testbed-kube-state-metrics', organizations: masters }),
  }
  const accountKeys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const files = new Map([
    ['ca.pem', authority.certificatePem],
    ['api-server.pem', apiServer.certificatePem],
    ['api-server-key.pem', apiServer.keyPem],
    ['to-kubelet.pem', toKubelet.certificatePem],
    ['to-kubelet-key.pem', toKubelet.keyPem],
    ['service-accounts.pem', accountKeys.publicKey.export({ type: 'spki', format: 'pem' }).toString()],
    ['service-accounts-key.pem', accountKeys.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()],
    ...Object.entries(clients).map(([context, credentials]): [string, string] => [
      `${context}.kubeconfig`,
      kubeconfigText({ url: apiUrl, caPem: authority.certificatePem, credentials, context }),
    ]),
  ])
  const credentialsFolder = join(folder, 'credentials')
  await mkdir(credentialsFolder, { recursive: true, mode: 0o700 })
  for (const [name, content] of files) await writeFile(join(credentialsFolder, name), content, { mode: 0o600 })
  return { authority, admin, kubelet, file: (name) => join(credentialsFolder, name) }
}
