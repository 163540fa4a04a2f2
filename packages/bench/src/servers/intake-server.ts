import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import { createMendkit, silentLogger } from '@mendkit/core'
import { alertmanagerWebhook } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'

/** A host that only takes alerts. Arguments: port, database file or `memory`, and `run` to let the engine work. */
const [port, file, mode] = process.argv.slice(2)
const mendkit = createMendkit({
  ...(file !== undefined && file !== 'memory' && { store: sqlStore(file) }),
  autonomy: { default: 'off' },
  system: { log: silentLogger },
})
const webhook = alertmanagerWebhook(mendkit, { secret: 'a-secret-of-the-bench', source: 'bench' })

const server = createServer((request, response) => {
  void answer(request).then(async (reply) => {
    response.writeHead(reply.status, Object.fromEntries(reply.headers))
    response.end(Buffer.from(await reply.arrayBuffer()))
  })
})
server.listen(Number(port), '127.0.0.1')
const stop = new AbortController()
const running = mode === 'run' ? mendkit.run({ signal: stop.signal }) : Promise.resolve()
await once(process, 'SIGTERM')
stop.abort()
await running
server.closeAllConnections()
server.close()
await mendkit.close()

async function answer(request: IncomingMessage): Promise<Response> {
  if (request.url === '/ready') return new Response('ready')
  if (request.url === '/correlated')
    return Response.json({ correlated: /mendkit_alerts_correlated_total (\d+)/.exec(mendkit.metrics())?.[1] ?? '0' })
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const headers = { authorization: request.headers.authorization ?? '', 'content-type': 'application/json' }
  return webhook(
    new Request(`http://127.0.0.1:${port}/alerts`, { method: 'POST', headers, body: Buffer.concat(parts) }),
  )
}
