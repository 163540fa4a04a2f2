import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { toNodeHandler } from '@modelcontextprotocol/node'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { onTestFinished } from 'vitest'
import { type DeploysOptions, deploysServer } from './deploys-server.ts'

/** A server on this machine, closed with the test. */
export interface LocalServer {
  readonly url: string
  /** Every request that came in. */
  readonly seen: { readonly headers: NodeJS.Dict<string | string[]>; readonly body: string }[]
  /** Tells every client that listens that the list of tools changed. */
  notifyToolsChanged(): void
  close(): Promise<void>
}

/** Serves the deploys over HTTP; what `options` answers is asked for every request. */
export async function deploysOverHttp(options: () => DeploysOptions = () => ({})): Promise<LocalServer> {
  const handler = createMcpHandler(() => deploysServer(options()))
  const node = toNodeHandler(handler)
  const seen: LocalServer['seen'] = []
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    seen.push({ headers: request.headers, body })
    await node(request as never, response as never, body === '' ? undefined : JSON.parse(body))
  }
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined))
  })
  return listen(server, seen, () => handler.notify.toolsChanged())
}

/** Answers every request with one status and repeats the request's headers, as a careless proxy does. */
export async function refusing(status: number): Promise<LocalServer> {
  const server = createServer((request, response) => {
    response.writeHead(status, { 'content-type': 'text/plain' }).end(JSON.stringify(request.headers))
  })
  return listen(server, [], () => undefined)
}

async function listen(
  server: ReturnType<typeof createServer>,
  seen: LocalServer['seen'],
  notifyToolsChanged: () => void,
): Promise<LocalServer> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const close = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  }
  onTestFinished(close)
  return { url: `http://127.0.0.1:${address.port}/mcp`, seen, notifyToolsChanged, close }
}
