import { serve } from '@hono/node-server'
import { allowUpTo, askAbove, createMendkit, onlyInNamespaces } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { webhookNotifier } from '@mendkit/notify'
import { alertmanagerWebhook, prometheus } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'
import { Hono } from 'hono'

const env = (name: string, otherwise: string) => process.env[name] ?? otherwise
const secret = env('ALERT_SECRET', 'change-me')
const alertmanager = { url: env('ALERTMANAGER_URL', 'http://127.0.0.1:9093'), source: 'am' }
const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())

const mendkit = createMendkit({
  store: sqlStore(env('MENDKIT_DB', './mendkit.db')),
  autonomy: { default: 'suggest', 'namespace:shop': 'approve' }, // everywhere else it only says what it would do
  integrations: [
    kubernetes({ cluster: 'prod', namespaces: ['shop'], read: { context: 'mendkit-read' }, act: { context: 'mendkit-act' } }),
    prometheus({ url: env('PROMETHEUS_URL', 'http://127.0.0.1:9090'), alertmanager }),
  ],
  policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')],
  notifiers: [webhookNotifier({ url: env('HOOK_URL', 'http://127.0.0.1:9000/hook'), secret: env('HOOK_SECRET', 'change-me') })],
})
mendkit.on('approval-requested', ({ data, texts }) => console.log('approve', data.approval, data.digest, texts))
const webhook = alertmanagerWebhook(mendkit, { secret, source: 'am' })
const app = new Hono().post('/alerts', (c) => webhook(c.req.raw)).get('/health', async (c) => c.json(await mendkit.health()))
serve({ fetch: app.fetch, port: Number(env('PORT', '8080')) })
await mendkit.run({ signal: stop.signal })
