import { once } from 'node:events'
import { createServer } from 'node:net'
import { serve } from '@hono/node-server'
import { consoleLogger, type Mendkit, type MendkitOptions } from '@mendkit/core'
import { type KubernetesClient, kubernetesClient } from '@mendkit/kubernetes'
import { type NoticeMessage, verifyWebhook } from '@mendkit/notify'
import { Hono } from 'hono'
import { createHost } from '../../src/host.ts'

/** What a host is told: plain data, so that it can run in a process of its own. */
export interface HostOptions {
  readonly file: string
  readonly port: number
  readonly namespace: string
  readonly read: KubeconfigChoice
  readonly act: KubeconfigChoice
  readonly prometheusUrl: string
  readonly alertmanagerUrl: string
  readonly poll: { readonly intervalMs: number; readonly settledAfterMs: number }
  readonly settings: NonNullable<MendkitOptions['settings']>
}

/** Whose credentials to use. */
export interface KubeconfigChoice {
  readonly kubeconfig: string
  readonly context: string
}

/** One answer of the webhook to Alertmanager. */
interface Delivery {
  readonly status: number
  /** Alerts in the payload, and how many `max_alerts` cut off. */
  readonly came: number
  readonly truncated: number
  readonly answer: { readonly accepted?: number; readonly changed?: number; readonly warnings?: readonly string[] }
}

/** A running host and what came in and went out. */
export interface Host {
  readonly mendkit: Mendkit
  readonly url: string
  readonly deliveries: readonly Delivery[]
  readonly notices: readonly NoticeMessage['data'][]
  readonly log: readonly string[]
  /** How often Alertmanager was asked what fires. */
  polls(): number
  /** How often the answer was that nothing fires. */
  emptyPolls(): number
  /** Lets Alertmanager's webhooks fail from now on, as those of a host behind a broken proxy. */
  setWebhookDown(down: boolean): void
  stop(): Promise<void>
}

/** What Alertmanager must send to be heard. */
export const alertSecret = 'the-secret-of-alertmanager'
const hookSecret = 'the-secret-of-the-notice-receiver'
const eventToken = 'Bearer the-token-of-a-person'
/** Headers with which a person may read the events. */
export const eventHeaders = { authorization: eventToken }

/** Starts the example's host on a free port, and takes its notices itself. */
export async function startHost(
  options: HostOptions,
  wrapAct: (client: KubernetesClient) => KubernetesClient = (client) => client,
): Promise<Host> {
  const { namespace, poll, settings } = options
  const url = `http://127.0.0.1:${options.port}`
  const log: string[] = []
  const deliveries: Delivery[] = []
  const notices: NoticeMessage['data'][] = []
  let webhookIsDown = false
  let polls = 0
  let emptyPolls = 0
  // The servers are shared: alerts of other namespaces are other tests' business.
  const fetchOwn: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    if (!url.pathname.endsWith('/api/v2/alerts')) return fetch(input, init)
    polls += 1
    url.searchParams.set('filter', `namespace="${namespace}"`)
    const reply = await fetch(url, init)
    if (reply.ok && (await reply.clone().text()).trim() === '[]') emptyPolls += 1
    return reply
  }

  const { mendkit, app: host } = createHost({
    file: options.file,
    kubernetes: {
      cluster: 'testbed',
      namespaces: [namespace],
      read: options.read,
      act: wrapAct(kubernetesClient(options.act)),
    },
    prometheus: {
      url: options.prometheusUrl,
      cluster: 'testbed',
      alertmanager: { url: options.alertmanagerUrl, source: 'am', fetch: fetchOwn, ...poll },
      clearingMarginMs: 1_000,
    },
    alertSecret,
    notify: { url: `${url}/notices`, secret: hookSecret, allowPrivateAddresses: true },
    authenticate: (request) =>
      request.headers.get('authorization') === eventToken
        ? { id: 'ann', roles: [], tenant: 'default', via: 'sse' }
        : undefined,
    settings,
    system: { log: consoleLogger({ format: 'text', level: 'debug', write: (line) => log.push(line) }) },
  })
  const app = new Hono()
    .post('/alerts', async (c) => {
      if (webhookIsDown) return c.text('down', 502)
      const body = (await c.req.raw.clone().json()) as { alerts: readonly unknown[]; truncatedAlerts: number }
      const response = await host.fetch(c.req.raw)
      deliveries.push({
        status: response.status,
        came: body.alerts.length,
        truncated: body.truncatedAlerts,
        answer: (await response.clone().json()) as Delivery['answer'],
      })
      return response
    })
    .post('/notices', async (c) => {
      const received = { secret: hookSecret, headers: c.req.raw.headers, body: await c.req.text() }
      notices.push(verifyWebhook(received).message.data)
      return c.text('ok')
    })
    .route('/', host)
  const server = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: options.port })
  await once(server, 'listening')

  const stopping = new AbortController()
  const running = mendkit.run({ signal: stopping.signal })
  return {
    mendkit,
    url,
    deliveries,
    notices,
    log,
    polls: () => polls,
    emptyPolls: () => emptyPolls,
    setWebhookDown: (down) => {
      webhookIsDown = down
    },
    async stop() {
      stopping.abort()
      await running
      await mendkit.close()
      server.close()
      if ('closeAllConnections' in server) server.closeAllConnections()
    },
  }
}

/** A free port for a host that keeps its address when it is started again. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}
