import { serve } from '@hono/node-server'
import { allowUpTo, askAbove, createMendkit, onlyInNamespaces, sse } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { webhookNotifier } from '@mendkit/notify'
import { alertmanagerWebhook, prometheus } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'
import { Hono } from 'hono'
import { bearerAuth } from 'hono/bearer-auth'

const { ALERT_SECRET = '', HOOK_URL = '', HOOK_SECRET = '', EVENTS_TOKEN = '', PORT = '8080' } = process.env
const mendkit = createMendkit({
  store: sqlStore('./mendkit.db'),
  autonomy: { default: 'suggest', 'namespace:shop': 'approve' }, // elsewhere it only says what it would do
  integrations: [
    kubernetes({ namespaces: ['shop'], read: { context: 'mendkit-read' }, act: { context: 'mendkit-act' } }),
    prometheus({ url: 'http://prometheus:9090', alertmanager: { url: 'http://alertmanager:9093', source: 'am' } }),
  ],
  policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')], // what needs an answer waits in approvals
  notifiers: [webhookNotifier({ url: HOOK_URL, secret: HOOK_SECRET })],
})
const webhook = alertmanagerWebhook(mendkit, { secret: ALERT_SECRET, source: 'am' })
const events = sse(mendkit, { authenticate: () => ({ id: 'reader', roles: [], tenant: 'default', via: 'token' }) })
const app = new Hono().post('/alerts', (c) => webhook(c.req.raw))
app.get('/events', bearerAuth({ token: EVENTS_TOKEN }), (c) => events(c.req.raw))
const server = serve({ fetch: app.fetch, port: Number(PORT) })
const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort())
await mendkit.run({ signal: stop.signal })
server.close()
await mendkit.close()
