import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** One webhook that a receiver got. */
export interface SeenWebhook {
  readonly headers: Headers
  readonly body: string
}

/** A receiver on this machine, until the running test ends. It hangs unless `answer` ends the response. */
export async function receiver(answer: (response: ServerResponse, seen: SeenWebhook) => unknown) {
  const seen: SeenWebhook[] = []
  const server = createServer((incoming, response) => void respond(incoming, response))
  async function respond(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]))
    const webhook = { headers, body: await text(incoming) }
    seen.push(webhook)
    answer(response, webhook)
  }
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/pa55-in-the-path`, seen }
}

/** Takes everything. */
export const takes = (response: ServerResponse) => response.writeHead(204).end()
