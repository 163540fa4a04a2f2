import { once } from 'node:events'
import { createServer } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'

/** A webhook receiver that accepts everything and counts it. */
export interface Receiver extends AsyncDisposable {
  readonly url: string
  /** Resolves when this many alerts of this name came; rejects after two minutes. */
  until(alertname: string, alerts: number): Promise<void>
}

interface Webhook {
  readonly groupLabels: { readonly alertname?: string }
  readonly alerts: readonly unknown[]
}

/** Starts a receiver on loopback. */
export async function receiver(): Promise<Receiver> {
  const counts = new Map<string, number>()
  const server = createServer((request, response) => {
    void json(request).then((body) => {
      const { groupLabels, alerts } = body as Webhook
      const name = groupLabels.alertname ?? ''
      counts.set(name, (counts.get(name) ?? 0) + alerts.length)
      response.writeHead(200).end()
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the receiver has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async until(alertname, alerts) {
      for (const deadline = Date.now() + 120_000; Date.now() < deadline; ) {
        if ((counts.get(alertname) ?? 0) >= alerts) return
        await setTimeout(50)
      }
      throw new Error(`Alertmanager handed on ${counts.get(alertname) ?? 0} of ${alerts} alerts ${alertname}`)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
