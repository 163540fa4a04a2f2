import { serve } from '@hono/node-server'
import { allowUpTo, askAbove, createMendkit, onlyInNamespaces } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { webhookNotifier } from '@mendkit/notify'
import { alertmanagerWebhook, prometheus } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'
import { Hono } from 'hono'

const { ALERT_SECRET = '', HOOK_URL = '', HOOK_SECRET = '', PORT = '8080' } = process.env
const read = { context: 'mendkit-read' }
const act = { context: 'mendkit-act' }
const mendkit = createMendkit({
  store: sqlStore('./mendkit.db'),
  autonomy: { default: 'suggest', 'namespace:shop': 'approve' }, // elsewhere it only says what it would do
  integrations: [
    kubernetes({ cluster: 'prod', namespaces: ['shop'], read, act }),
    prometheus({ url: 'http://prometheus:9090', alertmanager: { url: 'http://alertmanager:9093', source: 'am' } }),
  ],
  policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces('shop')],
  notifiers: [webhookNotifier({ url: HOOK_URL, secret: HOOK_SECRET })],
})
mendkit.on('approval-requested', ({ data, texts }) => console.log(data, texts)) // the answer comes from a person
const webhook = alertmanagerWebhook(mendkit, { secret: ALERT_SECRET, source: 'am' })
const server = serve({ fetch: new Hono().post('/alerts', (c) => webhook(c.req.raw)).fetch, port: Number(PORT) })

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
await mendkit.run({ signal: stop.signal })
server.close()
await mendkit.close()
