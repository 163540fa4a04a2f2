import type { KubeApiOptions } from './kube-api.ts'

/** What one kubeconfig says. */
export interface KubeconfigFacts extends Omit<KubeApiOptions, 'userAgent'> {
  /** Name of the context and of the user. */
  readonly context: string
  /** @default 'default' */
  readonly namespace?: string
}

/** The text of a kubeconfig with one context. It is JSON, which every reader of kubeconfigs takes as YAML. */
export function kubeconfigText(facts: KubeconfigFacts): string {
  const { credentials } = facts
  const user =
    'token' in credentials
      ? { token: credentials.token }
      : {
          'client-certificate-data': base64(credentials.certificatePem),
          'client-key-data': base64(credentials.keyPem),
        }
  const cluster = { server: facts.url, 'certificate-authority-data': base64(facts.caPem) }
  const context = { cluster: 'testbed', user: facts.context, namespace: facts.namespace ?? 'default' }
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': facts.context,
    clusters: [{ name: 'testbed', cluster }],
    users: [{ name: facts.context, user }],
    contexts: [{ name: facts.context, context }],
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64')
}
