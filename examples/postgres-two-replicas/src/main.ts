import { serve } from '@hono/node-server'
import { MendkitError } from '@mendkit/core'
import { readConfig } from './config.ts'
import { createReplica } from './replica.ts'

try {
  const { port, options } = readConfig(process.env)
  const { mendkit, app } = createReplica(options)
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const server = serve({ fetch: app.fetch, port }, (address) => console.error(`listening on port ${address.port}`))
  try {
    await mendkit.run({ signal: stop.signal })
  } finally {
    await mendkit.close()
    server.close()
  }
} catch (error) {
  // What is set wrong is said in a sentence; whatever nobody expected, with all that can be known of it.
  console.error(MendkitError.is(error, 'config') ? error.message : error)
  process.exitCode = 1
}
