import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import { z } from 'zod'
import { portOf } from './machine/free-ports.ts'

/** What another process may ask the owner of a testbed to do. */
export interface ControlOrders {
  restartAlertmanager(): Promise<void>
  setUnpullable(image: string, unpullable: boolean): void
  /** Begins to stop the testbed; the answer does not wait for the end. */
  stop(): void
}

/** The address of a control server and the secret that opens it. */
export interface ControlAddress {
  readonly url: string
  readonly token: string
}

const imageSchema = z.object({ image: z.string(), unpullable: z.boolean() })

/** Starts the server through which other processes steer what only the owner can: its children and the kubelet double. */
export async function startControlServer(id: string, token: string, orders: ControlOrders): Promise<[Server, string]> {
  const expected = Buffer.from(`Bearer ${token}`)
  const server = createServer((request, response) => {
    const given = Buffer.from(request.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end()
      return
    }
    obey(`${request.method} ${request.url}`, request).then(
      (text) => response.writeHead(text === undefined ? 404 : 200).end(text),
      (error: unknown) => response.writeHead(500).end(error instanceof Error ? error.message : String(error)),
    )
  })

  async function obey(order: string, request: IncomingMessage): Promise<string | undefined> {
    switch (order) {
      case 'GET /instance':
        return id
      case 'POST /alertmanager/restart':
        await orders.restartAlertmanager()
        return 'restarted'
      case 'POST /images': {
        let body = ''
        for await (const part of request.setEncoding('utf8')) body += String(part)
        const { image, unpullable } = imageSchema.parse(JSON.parse(body))
        orders.setUnpullable(image, unpullable)
        return 'noted'
      }
      case 'POST /stop':
        orders.stop()
        return 'stopping'
      default:
        return undefined
    }
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return [server, `http://127.0.0.1:${portOf(server)}`]
}
