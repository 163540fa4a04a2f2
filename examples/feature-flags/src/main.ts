import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { defineNotifier, silentLogger } from '@mendkit/core'
import { createApp } from './app.ts'
import { flagService } from './flag-service.ts'
import { createHost } from './host.ts'
import { onCall } from './on-call.ts'
import { shopBehind } from './shop.ts'

const token = 'a-token-of-the-example'
const bob = { id: 'bob', roles: ['checkout-oncall'], tenant: 'default', via: 'token' }

const folder = mkdtempSync(join(tmpdir(), 'mendkit-feature-flags-'))
const flags = flagService([
  { name: 'new-pricing', team: 'checkout' },
  { name: 'dark-mode', team: 'web' },
])
const mendkit = createHost({
  file: join(folder, 'mendkit.db'),
  flags,
  shop: shopBehind(flags),
  notifier: defineNotifier({ id: 'chat', send: async (notice) => console.log(`chat      ${notice.body}`) }),
  // Short times, so that the example is over in seconds.
  settings: {
    engine: { sweepMs: 100 },
    correlation: { settleMs: 300 },
    verification: { soakMs: 500, everyMs: 100 },
  },
  log: silentLogger,
})

const app = createApp(mendkit, (request) =>
  request.headers.get('authorization') === `Bearer ${token}` ? bob : undefined,
)
const listening = Promise.withResolvers<string>()
const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) =>
  listening.resolve(`http://127.0.0.1:${port}`),
)
const stop = new AbortController()
const running = mendkit.run({ signal: stop.signal })
try {
  const url = await listening.promise
  console.log(`host      listens on ${url}`)
  flags.set('new-pricing', true, { ifVersion: flags.get('new-pricing').version, by: 'alice' })
  console.log('alice     switches new-pricing on; the checkout begins to fail')
  const incidentId = await onCall(url, token, console.log)
  console.log(`\n${await mendkit.incidents.timeline(incidentId, { format: 'markdown' })}`)
  const { verified } = await mendkit.audit.verify()
  if (!verified) throw new Error('the audit log does not verify')
  console.log('audit     verified')
} finally {
  stop.abort()
  await running
  await mendkit.close()
  server.close()
  rmSync(folder, { recursive: true, force: true })
}
