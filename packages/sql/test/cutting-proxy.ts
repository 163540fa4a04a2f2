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
  /**
   * Swallows what comes over the connection of the next commit, from the commit on or, with `after`, from its answer on. Nobody is
   * told: both ends stay connected, as behind a firewall that forgot them.
   */
  fallSilentAtNextCommit(when: 'before' | 'after'): void
  /** Swallows all that comes over the connections that there are. */
  fallSilent(): void
  /** How many connections were made. */
  readonly connections: number
}

/** Both protocols end the message that commits with the word, one of them with a zero behind it. */
const commit = /commit\0?$/

/** Starts a proxy in front of a database, until the test is over. */
export async function cuttingProxy(url: string): Promise<CuttingProxy> {
  const target = new URL(url)
  const sockets = new Set<Socket>()
  const silencers = new Set<() => void>()
  let next: { readonly when: 'before' | 'after'; readonly how: 'cut' | 'silent' } | undefined
  let cuts = 0
  let connections = 0
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
    }
    connections += 1
    let deaf = false
    let silent = false
    silencers.add(() => {
      silent = true
    })
    client.on('data', (data) => {
      if (silent) return
      const { when, how } = next ?? {}
      if (when === undefined || !commit.test(data.subarray(-7).toString('latin1'))) {
        upstream.write(data)
        return
      }
      next = undefined
      if (how === 'silent') {
        silent = true
        if (when === 'after') upstream.write(data)
        return
      }
      cuts += 1
      deaf = true
      if (when === 'after') upstream.write(data, () => upstream.end())
      else upstream.destroy()
      client.destroy()
    })
    upstream.on('data', (data) => {
      if (!deaf && !silent) client.write(data)
    })
    client.on('close', () => {
      if (!deaf && !silent) upstream.destroy()
    })
    upstream.on('close', () => {
      if (!silent) client.destroy()
    })
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
      next = { when, how: 'cut' }
    },
    fallSilentAtNextCommit: (when) => {
      next = { when, how: 'silent' }
    },
    fallSilent: () => {
      for (const silence of silencers) silence()
    },
    get cuts() {
      return cuts
    },
    get connections() {
      return connections
    },
  }
}
