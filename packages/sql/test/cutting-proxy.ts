import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

/** A way to a database that can be cut at the worst moment. */
export interface CuttingProxy {
  /** The URL of the database, by this way. */
  readonly url: string
  /** Cuts the connection at the next commit: before the server hears of it, or when it has, before it can answer. */
  cutAtNextCommit(when: 'before' | 'after'): void
  /** How often it was cut. */
  readonly cuts: number
}

/** Both protocols end the message that commits with the word, one of them with a zero behind it. */
const commit = /commit\0?$/

/** Starts a proxy in front of a database, until the test is over. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  let next: 'before' | 'after' | undefined
  let cuts = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    let deaf = false
    client.on('data', (data) => {
      const when = next
      if (when === undefined || !commit.test(data.subarray(-7).toString('latin1'))) {
        upstream.write(data)
        return
      }
      next = undefined
      cuts += 1
      deaf = true
      if (when === 'after') upstream.write(data, () => upstream.end())
      else upstream.destroy()
      client.destroy()
    })
    upstream.on('data', (data) => {
      if (!deaf) client.write(data)
    })
    client.on('close', () => {
      if (!deaf) upstream.destroy()
    })
    upstream.on('close', () => client.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const through = new URL(url)
  through.port = String((server.address() as AddressInfo).port)
  return {
    url: through.href,
    cutAtNextCommit: (when) => {
      next = when
    },
    get cuts() {
      return cuts
    },
  }
}
