import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'

/** What a host stands in when nothing is wrong: an API server that allows everything, an Alertmanager without alerts. */
export interface QuietWorld extends AsyncDisposable {
  /** Path of a kubeconfig with the README's two contexts. */
  readonly kubeconfig: string
  /** Address of Alertmanager, and of Prometheus, which answers one number and has nothing to say. */
  readonly monitoring: string
  /** How many requests the API server has had. */
  apiRequests(): number
  /** Resolves when Alertmanager has been asked once more what fires. */
  nextPoll(): Promise<void>
}

/** Starts the stand-ins on loopback. */
export async function quietWorld(folder: string): Promise<QuietWorld> {
  let requests = 0
  let polled = Promise.withResolvers<void>()
  const api = await answering(({ method, url }) => {
    requests += 1
    const isReview = method === 'POST' && url === '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'
    return isReview ? { status: { allowed: true } } : undefined
  })
  const monitoring = await answering(({ url = '' }) => {
    if (url === '/api/v2/status') return { uptime: '2020-01-01T00:00:00Z' }
    if (url.startsWith('/api/v1/query?')) return { status: 'success', data: { resultType: 'scalar', result: [0, '1'] } }
    if (!url.startsWith('/api/v2/alerts?')) return undefined
    polled.resolve()
    polled = Promise.withResolvers<void>()
    return []
  })
  const kubeconfig = join(folder, 'kubeconfig')
  writeFileSync(kubeconfig, JSON.stringify(kubeconfigOf(api.url)))
  return {
    kubeconfig,
    monitoring: monitoring.url,
    apiRequests: () => requests,
    nextPoll: () => polled.promise,
    async [Symbol.asyncDispose]() {
      await api.close()
      await monitoring.close()
    },
  }
}

async function answering(answer: (request: IncomingMessage) => unknown) {
  const server = createServer((request, response) => {
    const body = answer(request)
    response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound' }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port for a stand-in server')
  const close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return { url: `http://127.0.0.1:${address.port}`, close }
}

function kubeconfigOf(server: string): object {
  const names = ['mendkit-read', 'mendkit-act']
  return {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'quiet', cluster: { server, 'insecure-skip-tls-verify': true } }],
    contexts: names.map((name) => ({ name, context: { cluster: 'quiet', user: name } })),
    users: names.map((name) => ({ name, user: { token: 'not-a-real-token' } })),
  }
}
