/** Where Alertmanager posts alerts. */
export interface WebhookReceiver {
  /** Also the receiver's name in the payload. */
  readonly name: string
  readonly url: string
  /** Sent as `Authorization: Bearer …`. */
  readonly bearerToken?: string
  readonly basicAuth?: { readonly username: string; readonly password: string }
  /** Only alerts that match all of these, such as `namespace="shop"`. @default every alert */
  readonly matchers?: readonly string[]
  /** More alerts than this in one group are cut off and counted as truncated. @default 0, which means no limit */
  readonly maxAlerts?: number
  /** How soon an unchanged group is sent again. @default 3600 */
  readonly repeatSeconds?: number
  /** Labels that make a group. @default ['alertname', 'namespace'] */
  readonly groupBy?: readonly string[]
}

/**
 * Alertmanager's configuration: every receiver that matches gets the alert, resolved ones too, and nothing waits longer than
 * a second. What no receiver matches goes to nobody: with people to page it would need a last route to them, because the
 * receiver at the top is used only when no route below matched.
 */
export function alertmanagerConfig(receivers: readonly WebhookReceiver[]): object {
  const route = (receiver: WebhookReceiver) => ({
    receiver: receiver.name,
    matchers: receiver.matchers ?? [],
    group_by: receiver.groupBy ?? ['alertname', 'namespace'],
    repeat_interval: `${receiver.repeatSeconds ?? 3600}s`,
    continue: true,
  })
  const webhook = (receiver: WebhookReceiver) => ({
    url: receiver.url,
    send_resolved: true,
    max_alerts: receiver.maxAlerts ?? 0,
    http_config: {
      ...(receiver.bearerToken ? { authorization: { credentials: receiver.bearerToken } } : {}),
      ...(receiver.basicAuth ? { basic_auth: receiver.basicAuth } : {}),
    },
  })
  return {
    route: {
      receiver: 'nobody',
      group_by: ['alertname', 'namespace'],
      group_wait: '0s',
      group_interval: '1s',
      routes: receivers.map(route),
    },
    receivers: [
      { name: 'nobody' },
      ...receivers.map((receiver) => ({ name: receiver.name, webhook_configs: [webhook(receiver)] })),
    ],
  }
}
