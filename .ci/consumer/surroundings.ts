import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

export interface Surroundings extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv
}

/**
 * What the host expects around it, with nothing behind: a kubeconfig with the README's two contexts, and a server that
 * answers every call with 503. A host must start, answer and stop while the systems that it watches are away.
 */
export async function surroundings(folder: string): Promise<Surroundings> {
  const server = createServer((_request, response) => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no address for the stand-in server')
  const kubeconfig = join(folder, 'kubeconfig')
  const context = (name: string) => ({ name, context: { cluster: 'away', user: name, namespace: 'shop' } })
  const user = (name: string) => ({ name, user: { token: 'not-a-real-token' } })
  const names = ['mendkit-read', 'mendkit-act']
  const url = `http://127.0.0.1:${address.port}`
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'mendkit-read',
      clusters: [{ name: 'away', cluster: { server: url, 'insecure-skip-tls-verify': true } }],
      contexts: names.map(context),
      users: names.map(user),
    }),
  )
  return {
    env: {
      KUBECONFIG: kubeconfig,
      PROMETHEUS_URL: url,
      ALERTMANAGER_URL: url,
      HOOK_URL: 'https://hooks.invalid/notices',
      ALERT_SECRET: 'not-a-real-secret',
      HOOK_SECRET: 'not-a-real-secret',
      EVENTS_TOKEN: 'not-a-real-token',
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
