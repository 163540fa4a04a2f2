import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import type { KubeconfigChoice } from './host.ts'

/** A way to the API server on which answers can be lost. */
export interface CuttingProxy {
  /** From now on new connections carry requests, and their answers are held back. */
  holdAnswers(): void
  /** Breaks the connections whose answers are held back; later ones work as usual. */
  cut(): void
  close(): Promise<void>
}

/**
 * Puts a proxy between a kubeconfig's holder and its API server, and changes the kubeconfig to lead there. It passes
 * bytes on and understands none of them.
 */
export async function cuttingProxy({ kubeconfig }: KubeconfigChoice): Promise<CuttingProxy> {
  const text = await readFile(kubeconfig, 'utf8')
  const [, host = '', port = ''] = /https:\/\/([\d.]+):(\d+)/.exec(text) ?? []
  let holding = false
  const held = new Set<Socket>()
  const all = new Set<Socket>()

  const server = createServer((client) => {
    const target = connect(Number(port), host)
    const isHeld = holding
    let serverSpoke = false
    let withheld = false
    for (const socket of [client, target]) {
      all.add(socket)
      socket.on('close', () => all.delete(socket))
      // A broken connection is what this is about; the other side learns of it by the end of its own.
      socket.on('error', () => socket.destroy())
    }
    client.on('data', (bytes) => {
      // In TLS the server speaks once before the client sends its request.
      if (isHeld && serverSpoke) {
        withheld = true
        held.add(client)
      }
      target.write(bytes)
    })
    target.on('data', (bytes) => {
      serverSpoke = true
      if (!withheld) client.write(bytes)
    })
    client.on('close', () => target.destroy())
    target.on('close', () => {
      // The server closes behind its answer, and that must not show either.
      if (!withheld) client.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const own = typeof address === 'object' && address !== null ? address.port : 0
  await writeFile(kubeconfig, text.replace(`${host}:${port}`, `127.0.0.1:${own}`))

  return {
    holdAnswers: () => {
      holding = true
    },
    cut: () => {
      holding = false
      for (const client of held) client.resetAndDestroy()
    },
    async close() {
      server.close()
      for (const socket of all) socket.destroy()
      await once(server, 'close')
    },
  }
}
