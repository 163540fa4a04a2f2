import { serve } from '@hono/node-server'
import { createReplica, type ReplicaOptions } from '../../src/replica.ts'

// The only argument comes from our own test.
const { mendkit, app } = createReplica(JSON.parse(process.argv[2] ?? '') as ReplicaOptions)
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => process.send?.(port))
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
process.once('disconnect', () => process.exit())
await mendkit.run({ signal: stop.signal })
await mendkit.close()
process.exit()
