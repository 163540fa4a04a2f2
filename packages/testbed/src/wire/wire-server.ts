import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { type ModelSituation, playedCookie, playedRequestId, type ReceivedModelRequest } from '@mendkit/testkit'
import { playReply } from './play-reply.ts'
import type { WireProtocol, WireRequest } from './protocol.ts'

/** A server on this machine that speaks a provider's protocol. */
export interface WireServer {
  /** Without a path. */
  readonly url: string
  /** Every request that was understood. */
  readonly received: () => readonly ReceivedModelRequest[]
  /** Every request as it came. */
  readonly requests: () => readonly WireRequest[]
  /** Lets a held reply go on. */
  readonly proceed: () => void
  /** Resolves when a request has arrived. */
  readonly arrived: () => Promise<void>
  /** Resolves when a client has closed a connection before its request was answered to the end. */
  readonly hungUp: () => Promise<void>
  readonly close: () => Promise<void>
}

/** What a server does: always the same, or what a function says for the nth request, from 0. */
export type Script = ModelSituation | ((index: number, request: ReceivedModelRequest | undefined) => ModelSituation)

/** Plays a situation, or a script of them, in the words of `protocol`. */
export async function wireServer(protocol: WireProtocol, script: Script): Promise<WireServer> {
  const received: ReceivedModelRequest[] = []
  const requests: WireRequest[] = []
  const proceed = Promise.withResolvers<void>()
  const arrived = Promise.withResolvers<void>()
  const hungUp = Promise.withResolvers<void>()
  const elsewhere = createServer((request, response) => {
    requests.push({
      method: request.method ?? '',
      path: request.url ?? '',
      headers: headersOf(request),
      body: undefined,
    })
    response.end('you should not be here')
  })

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    response.on('close', () => {
      if (!response.writableEnded) hungUp.resolve()
    })
    const request = await read(incoming)
    const index = requests.push(request) - 1
    const understood = protocol.understand(request)
    if (!('refused' in understood)) received.push(understood)
    arrived.resolve()
    const situation = typeof script === 'function' ? script(index, received.at(-1)) : script
    const headers = { [protocol.requestIdHeader]: playedRequestId, 'set-cookie': playedCookie }
    const json = (status: number, body: unknown, more: Readonly<Record<string, string>> = {}) =>
      response.writeHead(status, { ...headers, 'content-type': 'application/json', ...more }).end(JSON.stringify(body))
    switch (situation.kind) {
      case 'silent':
        return
      case 'unreachable':
        response.destroy()
        return
      case 'html':
        response.writeHead(situation.status, { 'content-type': 'text/html; charset=utf-8' }).end(page)
        return
      case 'redirect':
        response.writeHead(situation.status, { location: `${addressOf(elsewhere)}${request.path}` }).end()
        return
      case 'failure': {
        const { failure } = situation
        json(failure.status, protocol.failure(failure, proofOf(request)), failure.headers)
        return
      }
      case 'reply': {
        if ('refused' in understood) {
          json(400, protocol.failure({ status: 400 }, understood.refused))
          return
        }
        const { reply } = situation
        response.writeHead(200, { ...headers, 'content-type': 'text/event-stream; charset=utf-8' })
        const how = { pace: reply.pace, protocol, proceed: proceed.promise }
        await playReply(response, protocol.reply(reply, understood), how)
      }
    }
  }

  const server = createServer((incoming, response) => {
    answer(incoming, response).catch((error: unknown) => response.destroy(error as Error))
  })
  await Promise.all([server, elsewhere].map(listen))
  const url = addressOf(server)
  if (typeof script !== 'function' && script.kind === 'unreachable') await end(server)
  return {
    url,
    received: () => received,
    requests: () => requests,
    proceed: proceed.resolve,
    arrived: () => arrived.promise,
    hungUp: () => hungUp.promise,
    close: async () => {
      await Promise.all([server, elsewhere].map(end))
    },
  }
}

const page = '<!doctype html><html><head><title>Gateway</title></head><body><h1>Please log in</h1></body></html>\n'

/** What a provider may repeat in an error, and nobody may show. */
function proofOf({ headers }: WireRequest): string {
  const sent = ['authorization', 'x-api-key', 'api-key'].map((name) => headers[name]).filter((one) => one !== undefined)
  return `you sent ${sent.join(', ')}`
}

async function read(incoming: IncomingMessage): Promise<WireRequest> {
  const { method = '', url: path = '' } = incoming
  return { method, path, headers: headersOf(incoming), body: jsonOf(await text(incoming)) }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
}

function jsonOf(sent: string): unknown {
  try {
    return JSON.parse(sent)
  } catch {
    return undefined
  }
}

function addressOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}

async function end(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => server.close(() => resolve()))
}
