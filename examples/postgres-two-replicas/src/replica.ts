import { allowUpTo, askAbove, createMendkit, type Mendkit, type MendkitOptions } from '@mendkit/core'
import { kubernetes } from '@mendkit/kubernetes'
import { type WebhookNotifierOptions, webhookNotifier } from '@mendkit/notify'
import { alertmanagerWebhook } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'
import { Hono } from 'hono'

/** What a replica is told: the same for all of them. */
export interface ReplicaOptions {
  /** The PostgreSQL that they share, and the only thing that they share. */
  readonly databaseUrl: string
  /** What Alertmanager sends with its webhooks. */
  readonly alertSecret: string
  /** Where notices to people are posted. */
  readonly notify: WebhookNotifierOptions
  /** Where it may act in Kubernetes once a person agrees. @default nowhere: it takes alerts, and calls people */
  readonly namespaces?: readonly string[]
  readonly settings?: NonNullable<MendkitOptions['settings']>
}

/** A replica and its HTTP side: `/alerts`, `/metrics`, `/health`. Nothing in it knows that there are others. */
export function createReplica(options: ReplicaOptions): { readonly mendkit: Mendkit; readonly app: Hono } {
  const { namespaces = [] } = options
  const contexts = { read: { context: 'mendkit-read' }, act: { context: 'mendkit-act' } }
  const mendkit = createMendkit({
    store: sqlStore(options.databaseUrl),
    autonomy: { default: 'suggest', ...Object.fromEntries(namespaces.map((name) => [`namespace:${name}`, 'approve'])) },
    integrations: namespaces.length > 0 ? [kubernetes({ namespaces, ...contexts })] : [],
    policies: [allowUpTo('low'), askAbove('low')],
    notifiers: [webhookNotifier(options.notify)],
    ...(options.settings && { settings: options.settings }),
  })
  // One name for every replica: it is one Alertmanager, and an alert that comes to each of them is one alert.
  const webhook = alertmanagerWebhook(mendkit, { secret: options.alertSecret, source: 'alertmanager' })
  const app = new Hono()
    .post('/alerts', (c) => webhook(c.req.raw))
    .get('/metrics', (c) => c.text(mendkit.metrics()))
    .get('/health', async (c) => {
      const health = await mendkit.health()
      return c.json(health, health.ok ? 200 : 503)
    })
  return { mendkit, app }
}
