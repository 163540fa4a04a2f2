import {
  allowUpTo,
  approvalHandler,
  askAbove,
  createMendkit,
  type Mendkit,
  type MendkitOptions,
  onlyInNamespaces,
  sse,
} from '@mendkit/core'
import { type KubernetesOptions, kubernetes } from '@mendkit/kubernetes'
import { type WebhookNotifierOptions, webhookNotifier } from '@mendkit/notify'
import { alertmanagerWebhook, type PrometheusOptions, prometheus } from '@mendkit/prometheus'
import { sqlStore } from '@mendkit/sql'
import { Hono } from 'hono'
import { type Authenticate, approvalRoutes } from './approvals.ts'
import { askForToken } from './tokens.ts'

/** What the host is told. */
export interface HostOptions {
  /** Name of the SQLite file. */
  readonly file: string
  /** Cluster, credentials, and the namespaces in which it may act once a person agrees. */
  readonly kubernetes: KubernetesOptions & { readonly namespaces: readonly string[] }
  readonly prometheus: PrometheusOptions
  /** What Alertmanager sends with its webhooks. */
  readonly alertSecret: string
  /** Where notices to people are posted. */
  readonly notify: WebhookNotifierOptions
  /** Says who asks. Everybody known may read events and questions; whoever has the role `approver` may answer. */
  readonly authenticate: Authenticate
  readonly settings?: NonNullable<MendkitOptions['settings']>
  readonly system?: NonNullable<MendkitOptions['system']>
}

/** A host that asks before it acts, and its HTTP side: `/alerts`, `/approve`, `/approvals`, `/events`, `/metrics`, `/health`. */
export function createHost(options: HostOptions): { readonly mendkit: Mendkit; readonly app: Hono } {
  const { alertmanager } = options.prometheus
  const { namespaces } = options.kubernetes
  const mendkit = createMendkit({
    store: sqlStore(options.file),
    autonomy: { default: 'suggest', ...Object.fromEntries(namespaces.map((name) => [`namespace:${name}`, 'approve'])) },
    integrations: [kubernetes(options.kubernetes), prometheus(options.prometheus)],
    policies: [allowUpTo('low'), askAbove('low'), onlyInNamespaces(...namespaces)],
    notifiers: [webhookNotifier(options.notify)],
    ...(options.settings && { settings: options.settings }),
    ...(options.system && { system: options.system }),
  })
  const webhook = alertmanagerWebhook(mendkit, {
    secret: options.alertSecret,
    source: alertmanager?.source ?? 'alertmanager', // one name for webhook and poll, or every alert is taken twice
    ...(alertmanager && { alertmanager: { url: alertmanager.url } }),
  })
  const events = sse(mendkit, { authenticate: options.authenticate })
  const page = approvalHandler(mendkit, {
    authenticate: (request) => options.authenticate(request) ?? askForToken(),
  })
  const app = new Hono()
    .post('/alerts', (c) => webhook(c.req.raw))
    .get('/events', (c) => events(c.req.raw))
    .all('/approve', (c) => page(c.req.raw))
    .route('/approvals', approvalRoutes(mendkit, options.authenticate))
    .get('/metrics', (c) => c.text(mendkit.metrics()))
    .get('/health', async (c) => {
      const health = await mendkit.health()
      return c.json(health, health.ok ? 200 : 503)
    })
  return { mendkit, app }
}
