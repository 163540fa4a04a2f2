import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import { portOf } from '../machine/free-ports.ts'
import type { KeyPair } from '../pki/certificate-authority.ts'
import { logText } from './container-log.ts'
import type { PodRun } from './pod-run.ts'

/** What the log server needs. */
export interface LogServerOptions {
  readonly certificate: KeyPair
  /** Only clients with a certificate of this authority are answered. */
  readonly caPem: string
  readonly findPod: (namespace: string, name: string) => PodRun | undefined
}

/** Serves `/containerLogs/<namespace>/<pod>/<container>` as a kubelet does, on a free port. */
export async function startLogServer(options: LogServerOptions): Promise<{ server: Server; port: number }> {
  const { certificatePem: cert, keyPem: key } = options.certificate
  const server = createServer({ cert, key, ca: options.caPem, requestCert: true, rejectUnauthorized: true })
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', 'https://kubelet')
    const [, kind, namespace = '', pod = '', container = ''] = url.pathname.split('/').map(decodeURIComponent)
    const answer =
      kind === 'containerLogs'
        ? containerLogs(options.findPod(namespace, pod), { pod, container }, url.searchParams)
        : { status: 404, text: 'not found' }
    response.writeHead(answer.status, { 'content-type': 'text/plain' }).end(answer.text)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: portOf(server) }
}

function containerLogs(
  run: PodRun | undefined,
  { pod, container }: { pod: string; container: string },
  query: URLSearchParams,
): { status: number; text: string } {
  if (!run) return { status: 404, text: `pod "${pod}" does not exist` }
  const found = run.container(container)
  if (!found) return { status: 400, text: `container ${container} is not valid for pod ${pod}` }
  const previous = query.get('previous') === 'true'
  // While a container waits for its next run, its last run is both the present and the previous one.
  const lines = previous && found.state.kind !== 'waiting' ? found.log.previous : found.log.current
  if (!lines) {
    const waiting = found.state.kind === 'waiting' ? found.state.reason : 'starting'
    const text = previous
      ? `previous terminated container "${container}" in pod "${pod}" not found`
      : `container "${container}" in pod "${pod}" is waiting to start: ${waiting}`
    return { status: 400, text }
  }
  const number = (name: string) => {
    const text = query.get(name)
    return text === null ? undefined : Number(text)
  }
  const [tailLines, limitBytes, sinceSeconds] = [number('tailLines'), number('limitBytes'), number('sinceSeconds')]
  const selection = {
    timestamps: query.get('timestamps') === 'true',
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(sinceSeconds === undefined ? {} : { sinceSeconds }),
  }
  return { status: 200, text: logText(lines, selection, new Date()) }
}
