import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** One request that a local server got. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server on this machine. */
export interface LocalServer {
  readonly url: string
  readonly seen: readonly SeenRequest[]
}

/** Starts an HTTP server on a free port until the running test ends. An answer of undefined hangs. */
export async function localServer(
  answer: (request: SeenRequest, response: ServerResponse) => unknown,
): Promise<LocalServer> {
  const seen: SeenRequest[] = []
  const server = createServer((incoming, response) => void respond(incoming, response))
  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(incoming.url ?? '/', 'http://local')
    const { method = '', headers } = incoming
    const request = { method, path: pathname, query: searchParams, headers, body: await text(incoming) }
    seen.push(request)
    const json = answer(request, response)
    if (json === undefined || response.headersSent) return
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(json))
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, seen }
}

/** Answers with a status, and with what the request held, as a careless proxy would. */
export function echoing(status: number, headers: Readonly<Record<string, string>> = {}) {
  return (request: SeenRequest, response: ServerResponse): undefined => {
    // Values without their names, so that no redactor could know them by their name.
    const sent = Object.values(request.headers).toReversed().join(' ')
    const error = `you said ${sent} for ${request.path}`
    response.writeHead(status, headers).end(JSON.stringify({ status: 'error', errorType: 'bad_data', error }))
  }
}

/** An address on which nothing listens. */
export const nowhere = 'http://127.0.0.1:1'
