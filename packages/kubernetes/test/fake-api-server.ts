import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { KubeConfig } from '@kubernetes/client-node'
import { type KubernetesClient, type KubernetesClientOptions, kubernetesClient } from '../src/index.ts'

export const token = 's3cret-bearer-token'

/** One request as the server got it. */
export interface Received {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingMessage['headers']
  readonly body: unknown
}

/** Answers the n-th request (from 0). A number closes the connection at that moment. */
export type Reply = (request: Received, index: number) => Answer | 'hang' | 'reset'

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** Sent as it is, in place of `body`. */
  readonly raw?: string
  /** Break the connection in the middle of the body. */
  readonly cut?: boolean
}

/** A server that speaks just enough HTTP to be unpleasant, and a client of it. */
export async function fakeApiServer(reply: Reply, options: KubernetesClientOptions = {}) {
  const received: Received[] = []
  const server = createServer((request, response) => void handle(request, response, reply, received))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const client: KubernetesClient = kubernetesClient({ config: configFor(`http://127.0.0.1:${port}`), ...options })
  return { client, received, port, [Symbol.asyncDispose]: () => close(server) }
}

export function configFor(server: string): KubeConfig {
  const config = new KubeConfig()
  config.loadFromOptions({
    clusters: [{ name: 'fake', server, skipTLSVerify: true }],
    users: [{ name: 'fake', token }],
    contexts: [{ name: 'fake', cluster: 'fake', user: 'fake' }],
    currentContext: 'fake',
  })
  return config
}

async function handle(request: IncomingMessage, response: ServerResponse, reply: Reply, received: Received[]) {
  const body = await text(request)
  const { method = '', url = '', headers } = request
  const parsed: unknown = body === '' ? undefined : JSON.parse(body)
  received.push({ method, url: new URL(url, 'http://fake'), headers, body: parsed })
  const answer = reply(received.at(-1) as Received, received.length - 1)
  if (answer === 'hang') return
  if (answer === 'reset') return void request.socket.destroy()
  const whole = answer.raw ?? JSON.stringify(answer.body ?? {})
  response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers })
  if (!answer.cut) return void response.end(whole)
  response.write(whole.slice(0, whole.length / 2), () => request.socket.destroy())
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
}

/** The API server's Status object. */
export function status(code: number, reason: string, more: object = {}): Answer {
  return {
    status: code,
    body: { kind: 'Status', status: 'Failure', code, reason, message: `${reason}, says the server`, ...more },
  }
}

export const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', uid: 'u1', resourceVersion: '7', futureField: [1] },
  spec: { futureField: true },
}
