import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { applyYaml } from './apply-yaml.ts'
import type { KubeApi } from './kube-api.ts'
import { kubeconfigText } from './kubeconfig.ts'

/** Credentials of one service account. */
export interface RestrictedCredentials {
  readonly kubeconfigPath: string
  /** Name of the kubeconfig's only context: the service account's own. */
  readonly context: string
  readonly token: string
}

/** Whose credentials, and where they are put. */
export interface RestrictedCredentialsOptions {
  readonly rbacYaml: string
  readonly serviceAccount: string
  readonly namespace: string
  readonly url: string
  readonly caPem: string
  readonly folder: string
}

/**
 * Applies roles and bindings and returns a kubeconfig of one service account, with exactly what they allow it.
 *
 * Namespace and account are made when the YAML does not contain them. The token is good for 12 hours.
 */
export async function restrictedCredentials(
  api: KubeApi,
  options: RestrictedCredentialsOptions,
): Promise<RestrictedCredentials> {
  const { namespace, serviceAccount: name } = options
  await applyYaml(api, JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }))
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } }
  await applyYaml(api, JSON.stringify(account))
  await applyYaml(api, options.rbacYaml, namespace)
  const answer = await api.call(z.object({ status: z.object({ token: z.string() }) }), {
    method: 'POST',
    path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`,
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 43_200 } },
  })
  const { token } = answer.status
  const kubeconfigPath = join(options.folder, `${namespace}-${name}.kubeconfig`)
  const { url, caPem } = options
  const text = kubeconfigText({ url, caPem, credentials: { token }, context: name, namespace })
  await writeFile(kubeconfigPath, text, { mode: 0o600 })
  return { kubeconfigPath, context: name, token }
}
