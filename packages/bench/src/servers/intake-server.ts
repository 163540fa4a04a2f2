import { once } from 'node:events'
import { createServer } from 'node:http'
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
  if (request.url === '/alerts') void webhook.node(request, response)
  else response.end(request.url === '/correlated' ? correlated() : 'ready')
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

function correlated(): string {
  return JSON.stringify({ correlated: /mendkit_alerts_correlated_total (\d+)/.exec(mendkit.metrics())?.[1] ?? '0' })
}
